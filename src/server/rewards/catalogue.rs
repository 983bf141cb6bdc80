//! The catalogue as staff edit it. Each change names the version that it was made on, so that two people
//! never overwrite each other, and each is in the audit log.

mod store;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{
    domain::{
        catalogue::{Listed, RewardForm, RewardTerms, Search},
        ids::RewardId,
        refusal::{Code, FieldError, Refusal},
        text::{said, sought},
        tier::Tier,
    },
    server::{
        audit::{self, Change},
        context::Context,
        error::{Error, Result},
        identity::Staff,
        program, rules,
    },
};

/// How many rewards a page of the list has.
pub const PAGE: usize = 20;

/// A page of the list.
#[derive(Debug, Clone)]
pub struct Page {
    pub rewards: Vec<Listed>,
    pub more: bool,
    /// All that match.
    pub total: i64,
}

/// What the numbers of a reward mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Members who have enough points today.
    pub members_with_enough: i64,
    /// Vouchers that can still be used.
    pub open_vouchers: i64,
    /// What earns the price at the plain rate, in minor units; none where no rule is live.
    pub spend: Option<i64>,
}

/// A page of the rewards that match.
pub async fn list(ctx: &Context, _by: &Staff, search: &Search) -> Result<Page> {
    let zone = program::show(ctx).await?.zone();
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let search = Search { words: sought(&search.words), ..search.clone() };
    let mut conn = ctx.pool.acquire().await?;
    let (mut rewards, total) = store::list(&mut conn, &search, limit, ctx.clock.now(), &zone).await?;
    let more = rewards.len() > PAGE;
    rewards.truncate(PAGE);
    Ok(Page { rewards, more, total })
}

/// One reward. Refused: `not_found`.
pub async fn find(ctx: &Context, _by: &Staff, reward_id: RewardId) -> Result<Listed> {
    let zone = program::show(ctx).await?.zone();
    let mut conn = ctx.pool.acquire().await?;
    let found = store::find(&mut conn, reward_id, ctx.clock.now(), &zone).await?;
    found.ok_or_else(|| Error::not_found("This reward"))
}

/// Who could have it, and what it costs them.
pub async fn reach(ctx: &Context, _by: &Staff, reward: &Listed) -> Result<Reach> {
    let mut conn = ctx.pool.acquire().await?;
    let (members_with_enough, open_vouchers) =
        store::reach(&mut conn, reward.reward_id, reward.terms.price, ctx.clock.now()).await?;
    let rules = rules::rulebook(&mut conn).await?;
    let now = ctx.clock.now();
    let rate = rules.points_per_unit(now);
    let unit = 10_i64.pow(rules.program.currency_digits);
    let spend = (rate > 0).then(|| reward.terms.price.saturating_mul(unit) / rate);
    Ok(Reach { members_with_enough, open_vouchers, spend })
}

/// The tiers that a reward can be kept for, up by rank.
pub async fn tiers(ctx: &Context, _by: &Staff) -> Result<Vec<Tier>> {
    rules::tiers(&mut *ctx.pool.acquire().await?).await
}

/// Makes a draft that only staff see. The same form sent again makes nothing more. Refused: `invalid`.
pub async fn create(ctx: &Context, by: &Staff, reward_id: RewardId, form: &RewardForm) -> Result<RewardId> {
    let terms = form.check()?;
    let mut tx = ctx.pool.begin().await?;
    check_tier(&mut tx, &terms).await?;
    if store::insert(&mut tx, reward_id, &terms, ctx.clock.now()).await? {
        note(ctx, &mut tx, by, "reward.create", reward_id, (None, Some(json!(terms))), None).await?;
        tx.commit().await?;
    }
    Ok(reward_id)
}

/// Changes a reward; vouchers already issued stay as they are. Refused: `invalid`, `not_found`, `stale`.
pub async fn edit(
    ctx: &Context,
    by: &Staff,
    reward_id: RewardId,
    version: i32,
    form: &RewardForm,
) -> Result<()> {
    let terms = form.check()?;
    let mut tx = ctx.pool.begin().await?;
    check_tier(&mut tx, &terms).await?;
    let before = before(&mut tx, reward_id, version).await?;
    if before == terms {
        return Ok(());
    }
    store::update(&mut tx, reward_id, &terms, ctx.clock.now()).await?;
    let change = (Some(json!(before)), Some(json!(terms)));
    note(ctx, &mut tx, by, "reward.edit", reward_id, change, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Shows a draft, or one that was withdrawn, to members. Refused: `not_found`, `stale`.
pub async fn publish(ctx: &Context, by: &Staff, reward_id: RewardId, version: i32) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    before(&mut tx, reward_id, version).await?;
    store::publish(&mut tx, reward_id, ctx.clock.now()).await?;
    let change = (Some(json!({"live": false})), Some(json!({"live": true})));
    note(ctx, &mut tx, by, "reward.publish", reward_id, change, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a reward out of the catalogue; vouchers already issued stay good. Refused: `invalid`, `not_found`,
/// `stale`.
pub async fn withdraw(
    ctx: &Context,
    by: &Staff,
    reward_id: RewardId,
    version: i32,
    reason: &str,
) -> Result<()> {
    let Some(reason) = said(reason, 300) else {
        return Err(Error::field("reason", "Say why, in up to 300 characters; only staff see it"));
    };
    let mut tx = ctx.pool.begin().await?;
    before(&mut tx, reward_id, version).await?;
    store::withdraw(&mut tx, reward_id, ctx.clock.now()).await?;
    let change = (Some(json!({"live": true})), Some(json!({"live": false})));
    note(ctx, &mut tx, by, "reward.withdraw", reward_id, change, Some(reason)).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds units to the shelf, or takes them off it: what members redeem meanwhile is never lost. The first
/// units that are added make a reward that had no limit a limited one. Refused: `invalid`, `not_found`,
/// `stale`.
pub async fn restock(ctx: &Context, by: &Staff, reward_id: RewardId, version: i32, units: i64) -> Result<()> {
    if units == 0 || units.abs() > 1_000_000 {
        return Err(Error::field("units", "Give a whole number up to 1,000,000; a minus takes units away"));
    }
    let mut tx = ctx.pool.begin().await?;
    before(&mut tx, reward_id, version).await?;
    store::touch(&mut tx, reward_id, ctx.clock.now()).await?;
    let added = store::add_units(&mut tx, reward_id, units).await?;
    let (left, capacity) = match added {
        Some(stock) => stock,
        None if units > 0 && store::insert_stock(&mut tx, reward_id, units).await? => (units, units),
        None => return Err(Error::field("units", "There are not so many left to take away")),
    };
    let old = json!({"left": left - units, "capacity": capacity - units});
    let change = (Some(old), Some(json!({"left": left, "capacity": capacity})));
    note(ctx, &mut tx, by, "reward.restock", reward_id, change, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets a reward be had without limit. Refused: `not_found`, `stale`.
pub async fn unlimit(ctx: &Context, by: &Staff, reward_id: RewardId, version: i32) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    before(&mut tx, reward_id, version).await?;
    store::touch(&mut tx, reward_id, ctx.clock.now()).await?;
    let old = store::delete_stock(&mut tx, reward_id).await?;
    let old = old.map(|(left, capacity)| json!({"left": left, "capacity": capacity}));
    note(ctx, &mut tx, by, "reward.unlimit", reward_id, (old, Some(json!({"capacity": null}))), None).await?;
    tx.commit().await?;
    Ok(())
}

/// Locks a reward that is still at the version that was seen, and gives what it is.
async fn before(conn: &mut PgConnection, reward_id: RewardId, version: i32) -> Result<RewardTerms> {
    let (now_at, terms) =
        store::lock(conn, reward_id).await?.ok_or_else(|| Error::not_found("This reward"))?;
    if now_at == version {
        return Ok(terms);
    }
    let message = "Somebody else has changed this reward meanwhile. Look at it as it is now, then change it.";
    Err(Error::refused(Code::Stale, message))
}

async fn check_tier(conn: &mut PgConnection, terms: &RewardTerms) -> Result<()> {
    let Some(tier) = &terms.minimum_tier else { return Ok(()) };
    if rules::tiers(conn).await?.iter().any(|known| known.tier == *tier) {
        return Ok(());
    }
    let wrong = FieldError::new("minimum_tier", "Choose a tier from the list");
    Err(Refusal::invalid(vec![wrong]).into())
}

async fn note(
    ctx: &Context,
    conn: &mut PgConnection,
    by: &Staff,
    action: &str,
    reward_id: RewardId,
    (old, new): (Option<Value>, Option<Value>),
    reason: Option<&str>,
) -> Result<()> {
    let change = Change { action, subject: format!("reward {reward_id}"), old, new, reason };
    audit::record(conn, by, ctx.clock.now(), change).await
}

//! Erasing a member: everything personal is deleted, and what is left is a number. The ledger stays as it is,
//! because it knows nobody; docs/personal-data.md says what is kept and why.

mod store;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;
use tracing::info;

pub use store::{Erasure, Stake};

use crate::{
    domain::{
        email::Email,
        erasure::{self, Reason},
        ids::MemberId,
    },
    server::{
        audit::{self, Change},
        context::Context,
        error::{Error, Result},
        identity::{Member, Staff, accounts, limits},
        jobs::Pace,
        leaderboards, ledger, mail, wallets,
    },
};

/// How many wallets a round of the sweeper empties.
const AT_ONCE: i64 = 100;

/// Who asked for it.
#[derive(Debug, Clone, Copy)]
enum By<'a> {
    Member,
    Staff(&'a Staff, Reason),
}

/// Ends a membership, as the member asks who shows their password: see `erase`. Nothing of it is mailed, as
/// there is no address any more. Refused: `invalid`, `wrong_credentials`, `too_many_attempts`.
pub async fn leave(ctx: &Context, address: &str, member: &Member, password: &str) -> Result<()> {
    accounts::show_again(ctx, address, member, password).await?;
    erase_once(ctx, member.member_id, By::Member).await
}

/// Erases a member: profile, account, addresses, cards, outside ids, segments, zones, dates of streaks, inbox
/// and mails are deleted, names in what staff wrote are blotted out, and the points they had are given up.
/// Purchases, entries, awards and redemptions stay under the number; vouchers stay good. Erasing again
/// changes nothing. Refused: `not_found`; the field `reason`.
pub async fn erase(ctx: &Context, staff: &Staff, member: MemberId, reason: &str) -> Result<()> {
    let reason = Reason::parse(reason).ok_or_else(|| Error::field("reason", "Choose one of the reasons"))?;
    erase_once(ctx, member, By::Staff(staff, reason)).await
}

/// When and by whom a member was erased; `None`: they were not.
pub async fn erased(conn: &mut PgConnection, member: MemberId) -> Result<Option<Erasure>> {
    store::erasure(conn, member).await
}

async fn erase_once(ctx: &Context, member: MemberId, by: By<'_>) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    // Boards before members before wallets, as everybody locks them.
    leaderboards::take_off(&mut tx, member).await?;
    if !store::lock(&mut tx, member).await? {
        return Err(Error::not_found("This member"));
    }
    if erased(&mut tx, member).await?.is_some() {
        return Ok(());
    }
    let points = empty_wallets(ctx, &mut tx, member).await?;
    let now = ctx.clock.now();
    forget(ctx, &mut tx, member).await?;
    let (asked_by, reason) = match by {
        By::Member => ("member", None),
        By::Staff(_, reason) => ("staff", Some(reason)),
    };
    store::insert(&mut tx, member, &Erasure { erased_at: now, reason, points }, asked_by).await?;
    if let By::Staff(staff, reason) = by {
        let change = Change {
            action: "member.erase",
            subject: format!("member {member}"),
            old: None,
            new: Some(json!({ "points_given_up": points })),
            reason: Some(reason.words()),
        };
        audit::record(&mut tx, staff, now, change).await?;
    }
    tx.commit().await?;
    info!(member.id = %member, "A member was erased, asked by {asked_by}");
    Ok(())
}

/// Gives up what is in every wallet of a member; tells how many points that were.
async fn empty_wallets(ctx: &Context, conn: &mut PgConnection, member: MemberId) -> Result<i64> {
    let mut points = 0;
    for wallet in wallets::names_of(conn, member).await? {
        let mut locked = ledger::lock_one_in(conn, &wallet, member, ctx.clock.now()).await?;
        points += locked.account.give_up(ctx.clock.now()).map_err(ledger::negative)?;
        ledger::save_all(conn, &[(member, &locked)]).await?;
    }
    Ok(points)
}

/// Deletes what is personal. What the member was called is looked for first, in what others wrote.
async fn forget(ctx: &Context, conn: &mut PgConnection, member: MemberId) -> Result<()> {
    let called = store::names(conn, member).await?;
    if let Some(anywhere) = erasure::pattern(&called) {
        let words = erasure::words(&store::display_name(conn, member).await?);
        let of_them = erasure::pattern(&[called.clone(), words].concat()).unwrap_or_default();
        store::blot_out(conn, member, (&anywhere, &of_them)).await?;
    }
    store::give_names_up(conn, member).await?;
    let emails: Vec<Email> = called.iter().filter_map(|name| Email::parse(name).ok()).collect();
    limits::forget(conn, &emails).await?;
    mail::forget(&ctx.config, conn, member).await?;
    store::delete_personal(conn, member, erasure::FORMER).await
}

/// Refuses, at a field, a reason that names the member: it would stand in the ledger for ever, which knows
/// nobody.
pub async fn refuse_names(
    conn: &mut PgConnection,
    member: MemberId,
    (field, reason): (&'static str, &str),
) -> Result<()> {
    let words = erasure::words(&store::display_name(conn, member).await?);
    if erasure::mentions(reason, &store::names(conn, member).await?) || erasure::says(reason, &words) {
        let told = "Say it without the member's name, address or card: it is kept for ever";
        return Err(Error::field(field, told));
    }
    Ok(())
}

/// Refuses `not_found` for who is no member or was erased: staff give them nothing and take nothing from them
/// any more. Until the transaction ends nobody can erase the member, either.
pub async fn refuse_former(conn: &mut PgConnection, member: MemberId) -> Result<()> {
    if store::keep(conn, member).await? && erased(conn, member).await?.is_none() {
        return Ok(());
    }
    Err(Error::not_found("This member"))
}

/// Empties the wallets of those who left and got something since: a purchase that was on its way, a return, a
/// prize. Otherwise it would stand among what the programme owes for ever.
pub async fn sweep(ctx: Context) -> Result<Pace> {
    let left = store::with_points(&mut *ctx.pool.acquire().await?, AT_ONCE).await?;
    for member in &left {
        let mut tx = ctx.pool.begin().await?;
        empty_wallets(&ctx, &mut tx, *member).await?;
        tx.commit().await?;
    }
    Ok(if left.is_empty() { Pace::Rest } else { Pace::More })
}

/// What stands beside the points of a member who may leave.
pub async fn at_stake(conn: &mut PgConnection, member: MemberId, now: Timestamp) -> Result<Stake> {
    store::at_stake(conn, member, now).await
}

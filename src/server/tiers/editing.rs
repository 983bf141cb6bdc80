//! Tiers as staff edit them: seen first (who would move), then made so. The next evaluation of each member
//! goes by the new ladder; what was earned before stays as it was.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::json;
use sqlx::PgConnection;

use super::store;
use crate::{
    domain::{
        ids::MemberId,
        program::day_of,
        refusal::Code,
        tier::{
            draft::{TierDraft, TierPreview, TierTerms},
            policy::{Basis, Record, TierPolicy},
        },
    },
    server::{
        audit,
        context::Context,
        db,
        error::{Error, Result},
        identity::Staff,
        rules,
    },
};

/// How many members a step of the preview reads.
const CHUNK: i64 = 2_000;

/// The ladder as it is, and the number that an edit of it has to name.
pub async fn current(ctx: &Context, _by: &Staff) -> Result<(TierDraft, i64)> {
    read(&mut *ctx.pool.acquire().await?).await
}

async fn read(conn: &mut PgConnection) -> Result<(TierDraft, i64)> {
    let tiers = rules::tiers(conn).await?.into_iter().map(TierTerms::from).collect();
    let policy = rules::tier_policy(conn).await?;
    Ok((TierDraft { policy, tiers }, store::version(conn).await?))
}

/// Who would move if this were so today. Nothing is written. Refused: `invalid`.
pub async fn preview(ctx: &Context, _by: &Staff, draft: &TierDraft) -> Result<TierPreview> {
    draft.check()?;
    let mut tx = db::snapshot(&ctx.pool).await?;
    let (now, _) = read(&mut tx).await?;
    same_tiers(&now, draft)?;
    let zone = rules::program(&mut tx).await?.zone();
    let today = day_of(ctx.clock.now(), &zone);
    let (before, after) = (now.ladder(), draft.ladder());
    let mut preview =
        TierPreview { tiers: after.iter().map(|tier| (tier.name.clone(), 0, 0)).collect(), up: 0, down: 0 };
    let basis_stays = now.policy.basis == draft.policy.basis;
    let mut last = None;
    loop {
        let members = store::members_after(&mut tx, last, CHUNK).await?;
        let Some((newest, _)) = members.last() else { break };
        last = Some(*newest);
        let ids: Vec<MemberId> = members.iter().map(|(member, _)| *member).collect();
        let counted = store::days_of(&mut tx, &ids).await?;
        let recounted = if basis_stays {
            BTreeMap::new()
        } else {
            store::days_by(&mut tx, &ids, draft.policy.basis == Basis::Spend, zone.iana_name()).await?
        };
        for (member, joined_at) in members {
            let joined = day_of(joined_at, &zone);
            let place = |policy: TierPolicy, ladder: &[_], days: &BTreeMap<MemberId, Vec<(Date, i64)>>| {
                let days = days.get(&member).map(Vec::as_slice).unwrap_or_default();
                policy.index(ladder, Record { days, joined }, today)
            };
            let was = place(now.policy, &before, &counted);
            let is = place(draft.policy, &after, if basis_stays { &counted } else { &recounted });
            preview.tiers[was].1 += 1;
            preview.tiers[is].2 += 1;
            preview.up += i64::from(is > was);
            preview.down += i64::from(is < was);
        }
    }
    Ok(preview)
}

/// The tiers are the same ones; which there are is not changed here.
fn same_tiers(now: &TierDraft, draft: &TierDraft) -> Result<()> {
    let names = |draft: &TierDraft| draft.tiers.iter().map(|tier| tier.tier.clone()).collect::<Vec<_>>();
    if names(now) == names(draft) {
        return Ok(());
    }
    Err(Error::refused(Code::Stale, "The tiers are other ones by now. Open the page again"))
}

/// Makes a ladder and its policy what counts from now on. Refused: `invalid`, `stale`.
pub async fn change(ctx: &Context, by: &Staff, draft: &TierDraft, version: i64) -> Result<()> {
    draft.check()?;
    let mut tx = ctx.pool.begin().await?;
    store::lock(&mut tx).await?;
    let (before, stored) = read(&mut tx).await?;
    if stored != version {
        return Err(Error::refused(Code::Stale, "Somebody changed the tiers meanwhile. Open the page again"));
    }
    same_tiers(&before, draft)?;
    if before == *draft {
        return Ok(());
    }
    let now = ctx.clock.now();
    store::insert_past_ladder(&mut tx, now, &before).await?;
    for tier in draft.ladder() {
        store::update(&mut tx, &tier).await?;
    }
    store::set_policy(&mut tx, &serde_json::to_value(draft.policy)?).await?;
    if before.policy.basis != draft.policy.basis {
        let zone = rules::program(&mut tx).await?.time_zone;
        store::recount(&mut tx, draft.policy.basis == Basis::Spend, &zone).await?;
    }
    let change = audit::Change {
        action: "tiers.edit",
        subject: "tiers".to_owned(),
        old: Some(json!(before)),
        new: Some(json!(draft)),
        reason: None,
    };
    audit::record(&mut tx, by, now, change).await?;
    tx.commit().await?;
    Ok(())
}

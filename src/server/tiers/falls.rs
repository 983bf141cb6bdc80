//! Falls that time brings: a tier follows from the days and is never late, but its history is written down,
//! with the day on which it fell and why. Promotions are written by what caused them.

mod reigns;
mod store;

#[cfg(test)]
mod tests;

use serde_json::json;

use self::reigns::{Fallen, falls, reigns};
use super::store::{Days, days_by, days_of};
use crate::{
    domain::{
        program::day_of,
        tier::policy::{Basis, Record},
    },
    server::{
        context::Context,
        error::Result,
        events::{self, Event, EventKind},
        jobs::Pace,
        rules,
    },
};

pub use store::{Change, history};

/// How many members are looked at in one transaction.
const PAGE: i64 = 500;

/// Looks at every member who has risen above the first tier and writes down who has fallen since.
pub async fn step(ctx: Context) -> Result<Pace> {
    let mut after = None;
    loop {
        let mut tx = ctx.pool.begin().await?;
        let page = store::risen(&mut tx, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(Pace::Rest) };
        after = Some(last.member);
        let program = rules::program(&mut tx).await?;
        let reigns = reigns(&mut tx).await?;
        let basis_now = rules::tier_policy(&mut tx).await?.basis;
        let (zone, now) = (program.zone(), ctx.clock.now());
        let ids: Vec<_> = page.iter().map(|one| one.member).collect();
        let days = days_of(&mut tx, &ids).await?;
        // What counts now is kept; what counted by another basis is worked out, where there ever was one.
        let other = reigns.iter().find(|reign| reign.policy.basis != basis_now);
        let before = match other.map(|reign| reign.policy.basis) {
            Some(basis) => days_by(&mut tx, &ids, basis == Basis::Spend, zone.iana_name()).await?,
            None => Days::new(),
        };
        let mut happened = Vec::new();
        for one in &page {
            let joined = day_of(one.joined_at, &zone);
            let counted = |basis: Basis| {
                let of = if basis == basis_now { &days } else { &before };
                Record { days: of.get(&one.member).map(Vec::as_slice).unwrap_or_default(), joined }
            };
            for fallen in falls(&reigns, counted, (one.changed_at, &one.tier), (now, &zone)) {
                let Fallen { at, from, to, policy } = fallen;
                let change = Change {
                    changed_at: at,
                    from: from.tier.clone(),
                    to: to.tier.clone(),
                    reason: format!("Less than {}", policy.enough(from, &program.currency())),
                };
                if store::insert(&mut tx, one.member, &change).await? {
                    let body = Some(json!({ "from": change.from, "to": change.to }));
                    let (kind, member_id, effective_at) =
                        (EventKind::TierChanged, one.member, change.changed_at);
                    happened.push(Event { kind, member_id, points: 0, effective_at, body });
                }
            }
        }
        events::publish(&mut tx, &happened, now).await?;
        tx.commit().await?;
    }
}

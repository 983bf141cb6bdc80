//! Falls that time brings: a tier follows from the days and is never late, but its history is written down,
//! with the day on which it fell and why. Promotions are written by what caused them.

mod store;

#[cfg(test)]
mod tests;

use jiff::{ToSpan, civil::Date};
use serde_json::json;

use super::store::days_of;
use crate::{
    domain::{
        points::grouped,
        program::{day_of, day_start},
        tier::{
            Tier,
            policy::{Basis, Record, TierPolicy, Window},
        },
        words::money,
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
        let (ladder, policy) = (rules::tiers(&mut tx).await?, rules::tier_policy(&mut tx).await?);
        let (zone, now) = (program.zone(), ctx.clock.now());
        let ids: Vec<_> = page.iter().map(|one| one.member).collect();
        let days = days_of(&mut tx, &ids).await?;
        let mut happened = Vec::new();
        for one in &page {
            let days = days.get(&one.member).map(Vec::as_slice).unwrap_or_default();
            let record = Record { days, joined: day_of(one.joined_at, &zone) };
            let since = day_of(one.changed_at, &zone);
            for (on, from, to) in falls(policy, &ladder, record, (since, &one.tier), day_of(now, &zone)) {
                let change = Change {
                    changed_at: day_start(on, &zone),
                    from: from.tier.clone(),
                    to: to.tier.clone(),
                    reason: reason(policy, from, (&program.currency, program.currency_digits)),
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

/// The days after `since` on which a member fell, each from which tier to which.
fn falls<'a>(
    policy: TierPolicy,
    ladder: &'a [Tier],
    record: Record<'_>,
    (since, tier): (Date, &str),
    today: Date,
) -> Vec<(Date, &'a Tier, &'a Tier)> {
    let Some(mut held) = ladder.iter().position(|one| one.tier == tier) else { return Vec::new() };
    if policy.index(ladder, record, today) >= held {
        return Vec::new();
    }
    let mut fallen = Vec::new();
    let mut day = since;
    while day < today {
        day = day.saturating_add(1.day());
        let stands = policy.index(ladder, record, day);
        if stands < held {
            fallen.push((day, &ladder[held], &ladder[stands]));
            held = stands;
        }
    }
    fallen
}

/// What was no longer there to keep a tier, as the member reads it.
fn reason(policy: TierPolicy, tier: &Tier, (currency, digits): (&str, u32)) -> String {
    let enough = match policy.basis {
        Basis::Points => format!("{} points", grouped(tier.threshold)),
        Basis::Spend => money(tier.threshold, currency, digits),
    };
    let over = match policy.window {
        Window::Rolling(months) => format!("in {months} months"),
        Window::CalendarYear => "in the calendar year".to_owned(),
        Window::Anniversary => "in the year since the day of joining".to_owned(),
        Window::Lifetime => "in all".to_owned(),
    };
    format!("Less than {enough} {over}")
}

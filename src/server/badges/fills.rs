//! A badge that goes live is filled with what was before it, beside purchases that go on.
//!
//! Why nothing is lost and nothing counted twice: (1) The fill begins when every transaction is over that
//! began to write before the badge was there; whoever begins later reads the new edition of the rulebook, and
//! counts for it. (2) Of each member, everything that is stored is counted anew under the lock of their
//! wallet, which every purchase takes; what the member bought meanwhile is in it. (3) While it is being
//! counted, nothing is awarded; then what was reached is awarded by history, with its own day and without
//! celebration, and purchases award only what they reach themselves. The unique key of awards decides races.

mod store;

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::PgConnection;
use tracing::info;

use super::{
    Holders,
    history::{self, Reached},
    store as awards,
};
use crate::{
    domain::{
        badge::{Award, Badge, Held, Level, Need, State},
        earning::Rulebook,
        ids::MemberId,
        metric::Metric,
    },
    server::{
        context::Context,
        error::Result,
        jobs::Pace,
        ledger::{self, Lots},
        rules, tiers,
    },
};

pub use store::Fill;

/// How many members one step locks.
const CHUNK: i64 = 200;

/// One step of the oldest fill that is not finished.
pub async fn fill_step(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    let Some(fill) = store::take(&mut tx).await? else { return Ok(Pace::Rest) };
    let book = rules::rulebook(&mut tx).await?;
    let badge = book.badges.iter().find(|badge| badge.badge == fill.badge).cloned();
    let Some(badge) = badge.filter(|badge| matches!(badge.state, State::Counting | State::Awarding)) else {
        store::finish(&mut tx, &fill.badge, ctx.clock.now()).await?;
        tx.commit().await?;
        return Ok(Pace::More);
    };
    let Some(watermark) = fill.watermark else {
        store::mark(&mut tx, &fill.badge).await?;
        tx.commit().await?;
        return Ok(Pace::More);
    };
    if !store::is_over(&mut tx, watermark).await? {
        return Ok(Pace::Rest);
    }
    let members = store::members_after(&mut tx, fill.done_until, CHUNK).await?;
    if members.is_empty() {
        next_phase(&ctx, &mut tx, &badge).await?;
    } else {
        ledger::lock(&mut tx, &members, Lots::WhenDue, ctx.clock.now()).await?;
        let awarded = one_chunk(&ctx, &mut tx, (&book, &badge), &members).await?;
        store::advance(&mut tx, &badge.badge, &members, awarded).await?;
    }
    tx.commit().await?;
    Ok(Pace::More)
}

async fn next_phase(ctx: &Context, conn: &mut PgConnection, badge: &Badge) -> Result<()> {
    if badge.state == State::Counting {
        awards::set_state(conn, &badge.badge, State::Awarding).await?;
        return store::begin_again(conn, &badge.badge).await;
    }
    awards::set_state(conn, &badge.badge, State::Live).await?;
    info!("The badge {} is live; what was before it is counted and awarded", badge.badge);
    store::finish(conn, &badge.badge, ctx.clock.now()).await
}

/// Gives how many awards were written.
async fn one_chunk(
    ctx: &Context,
    conn: &mut PgConnection,
    (book, badge): (&Rulebook, &Badge),
    members: &[MemberId],
) -> Result<u64> {
    let zone = &book.program.time_zone;
    if badge.state == State::Counting {
        for counted in badge.rule.metric.iter().flat_map(Metric::counted) {
            let name = counted.name();
            let counter =
                book.game.counters().iter().find(|counter| counter.name == name && !counter.is_whole);
            if let Some(counter) = counter {
                history::recount(conn, counter, members, zone).await?;
            }
        }
        return Ok(0);
    }
    let earned = earned(conn, badge, Some(members), (book, ctx.clock.now())).await?;
    if !badge.rule.revoke.is_never() {
        take_back_others(conn, badge, members, &earned).await?;
    }
    let award = |reached: Reached| {
        let Reached { member, level, period, at } = reached;
        (member, Award { badge: badge.badge.clone(), level, period, awarded_at: at })
    };
    let earned: Vec<(MemberId, Award)> = earned.into_iter().map(award).collect();
    awards::award_history(conn, &earned, ctx.clock.now()).await
}

/// What another version awarded and this one would not.
async fn take_back_others(
    conn: &mut PgConnection,
    badge: &Badge,
    members: &[MemberId],
    earned: &[Reached],
) -> Result<()> {
    let holders = awards::holders(conn, members).await?;
    let stays = |member: MemberId, held: &Held| {
        earned.iter().any(|one| one.member == member && one.level == held.level && one.period == held.period)
    };
    let held = holders.iter().flat_map(|(member, held)| held.iter().map(|(held, _)| (*member, held)));
    let lost: Vec<(MemberId, &Held)> =
        held.filter(|(member, held)| held.badge == badge.badge && !stays(*member, held)).collect();
    awards::take_back(conn, &lost).await
}

/// Which levels of a badge these members, or all, would have by what is stored.
pub async fn earned(
    conn: &mut PgConnection,
    badge: &Badge,
    members: Option<&[MemberId]>,
    (book, now): (&Rulebook, Timestamp),
) -> Result<Vec<Reached>> {
    let rule = &badge.rule;
    let holders = match members {
        _ if rule.all_of.is_empty() && rule.requires.is_empty() => Holders::new(),
        Some(members) => awards::holders(conn, members).await?,
        None => store::holders_of(conn, &named(&rule.all_of, &rule.requires)).await?,
    };
    let mut reached = if rule.metric.is_some() {
        history::reached(conn, badge, members, &book.program.time_zone).await?
    } else {
        holders.iter().flat_map(|(member, held)| composed(badge, *member, held)).collect()
    };
    if !rule.requires.is_empty() {
        reached.retain_mut(|one| {
            let held = holders.get(&one.member).map_or(&[][..], Vec::as_slice);
            let met: Option<Vec<Timestamp>> = rule.requires.iter().map(|need| met(need, held)).collect();
            one.at = met.iter().flatten().copied().fold(one.at, Timestamp::max);
            met.is_some()
        });
    }
    only_audience(conn, badge, reached, (book, now)).await
}

fn named(all_of: &[Need], requires: &[Need]) -> Vec<String> {
    all_of.iter().chain(requires).map(|need| need.badge.clone()).collect()
}

/// When a need was met first.
fn met(need: &Need, held: &[(Held, Timestamp)]) -> Option<Timestamp> {
    let least = need.level.unwrap_or(Level::Bronze);
    let fits = |held: &&(Held, Timestamp)| held.0.badge == need.badge && held.0.level >= least;
    held.iter().filter(fits).map(|(_, at)| *at).min()
}

/// The levels of a badge that is made of others.
fn composed(badge: &Badge, member: MemberId, held: &[(Held, Timestamp)]) -> Vec<Reached> {
    let mut met: Vec<Timestamp> = badge.rule.all_of.iter().filter_map(|need| met(need, held)).collect();
    met.sort_unstable();
    let level = badge.rule.levels.iter().filter_map(|step| {
        let at = met.get(usize::try_from(step.threshold).ok()?.checked_sub(1)?)?;
        Some(Reached { member, level: step.level, period: String::new(), at: *at })
    });
    level.collect()
}

/// Only those whom the badge is for, as they are now.
async fn only_audience(
    conn: &mut PgConnection,
    badge: &Badge,
    mut reached: Vec<Reached>,
    (book, now): (&Rulebook, Timestamp),
) -> Result<Vec<Reached>> {
    let audience = &badge.rule.audience;
    let mut members: Vec<MemberId> = reached.iter().map(|one| one.member).collect();
    members.sort_unstable();
    members.dedup();
    if !audience.tag.is_empty() {
        let tagged = awards::tagged(conn, &members, &audience.tag).await?;
        reached.retain(|one| tagged.contains(&one.member));
    }
    if !audience.tier.is_empty() {
        let tiers: HashMap<MemberId, String> = tiers::of_members(conn, &members, book, now).await?;
        reached.retain(|one| tiers.get(&one.member).is_some_and(|tier| audience.tier.contains(tier)));
    }
    Ok(reached)
}

/// Begins the fill of a badge that was just written.
pub async fn begin(conn: &mut PgConnection, badge: &Badge, now: Timestamp) -> Result<()> {
    store::begin(conn, &badge.badge, badge.version, now).await
}

/// How far each fill is.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<Fill>> {
    store::list(conn).await
}

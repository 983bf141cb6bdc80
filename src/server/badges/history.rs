//! Badges over the stored history: the second form to which a rule compiles. One statement tells the
//! counters, one the levels that were reached and when. What it says and what was counted step by step is
//! the same.

mod store;

use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;

use crate::{
    domain::{
        badge::{Badge, Counter, Level, LevelThreshold, State},
        counters::PURCHASES,
        ids::MemberId,
        metric::{Metric, Period, Read, Window},
    },
    server::{error::Result, rules},
};

pub use store::{Difference, Reached};

/// How counters become a number, as the statement reads it.
#[derive(Debug, Serialize)]
struct Reading<'a> {
    read: &'static str,
    grain: &'static str,
    days: Option<i32>,
    least: Option<i64>,
    repeat: &'static str,
    levels: &'a [LevelThreshold],
}

fn reading<'a>(badge: &'a Badge, metric: &Metric) -> Reading<'a> {
    let (read, least) = match metric.read() {
        Read::Total => ("total", None),
        Read::Best => ("best", None),
        Read::Values => ("values", None),
        Read::Run(_) => ("run", None),
        Read::Share(least) => ("share", Some(least)),
    };
    let days = if let Window::RollingDays(days) = metric.window { Some(days) } else { None };
    let grain = metric.grain().map_or("", Period::as_str);
    let repeat = badge.rule.repeat.map_or("", Period::as_str);
    Reading { read, grain, days, least, repeat, levels: &badge.rule.levels }
}

/// The statement's words for a badge with a metric: what is counted, all of it where that is a part, and how
/// it is read.
fn plan(badge: &Badge) -> Result<Option<(Value, Option<Value>, Value)>> {
    let Some(metric) = &badge.rule.metric else { return Ok(None) };
    let counted = metric.counted();
    let whole = counted.get(1).map(serde_json::to_value).transpose()?;
    Ok(Some((serde_json::to_value(&counted[0])?, whole, serde_json::to_value(reading(badge, metric))?)))
}

/// Which levels these members, or all, have reached by what is stored.
pub async fn reached(
    conn: &mut PgConnection,
    badge: &Badge,
    members: Option<&[MemberId]>,
    zone: &str,
) -> Result<Vec<Reached>> {
    match plan(badge)? {
        Some(plan) => store::reached(conn, &plan, members, zone).await,
        None => Ok(Vec::new()),
    }
}

/// How many members have reached each level by what is stored.
pub async fn count_reached(conn: &mut PgConnection, badge: &Badge, zone: &str) -> Result<Vec<(Level, i64)>> {
    match plan(badge)? {
        Some(plan) => store::count_reached(conn, &plan, zone).await,
        None => Ok(Vec::new()),
    }
}

/// Counts a counter of these members anew. Their wallets are locked.
pub async fn recount(
    conn: &mut PgConnection,
    counter: &Counter,
    members: &[MemberId],
    zone: &str,
) -> Result<()> {
    let plan = serde_json::to_value(&counter.counted)?;
    store::forget(conn, &counter.name, members).await?;
    store::count(conn, (&counter.name, &plan), &grains(counter), members, zone).await
}

fn grains(counter: &Counter) -> Vec<&'static str> {
    counter.grains.iter().map(|grain| grain.map_or("", Period::as_str)).collect()
}

/// Where a counter differs from what the history says.
async fn counted_wrong(conn: &mut PgConnection, counter: &Counter, zone: &str) -> Result<Vec<Difference>> {
    let plan = serde_json::to_value(&counter.counted)?;
    let mut grains = grains(counter);
    // What every program counts is looked at beside tiers.
    grains.retain(|grain| counter.name != PURCHASES || !["", "month"].contains(grain));
    if grains.is_empty() {
        return Ok(Vec::new());
    }
    store::counted_wrong(conn, (&counter.name, &plan), &grains, zone).await
}

/// Where counters and awards differ from what the history says. A badge that asks for more than its metric is
/// awarded to some of those who reach it, so only its counters can be told from the history alone.
pub async fn differences(conn: &mut PgConnection) -> Result<(Vec<Difference>, Vec<Difference>)> {
    let rules = rules::rulebook(conn).await?;
    let zone = &rules.program.time_zone;
    let (mut counters, mut awards) = (Vec::new(), Vec::new());
    for counter in rules.game.counters().iter().filter(|counter| counter.is_whole) {
        counters.extend(counted_wrong(conn, counter, zone).await?);
    }
    for badge in &rules.badges {
        let Some(plan) = plan(badge)? else { continue };
        let open = badge.rule.audience.is_all() && badge.rule.requires.is_empty();
        let share = plan.1.is_some();
        if badge.state != State::Live || !open || (share && badge.rule.revoke.is_never()) {
            continue;
        }
        let exactly = !badge.rule.revoke.is_never();
        awards.extend(store::awarded_wrong(conn, &badge.badge, &plan, exactly, zone).await?);
    }
    Ok((counters, awards))
}

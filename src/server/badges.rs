//! Badges as a member has them: how far each has come, what was awarded, and what is still to be told.

mod store;

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use sqlx::PgConnection;

use super::{context::Context, error::Result, rules};
use crate::domain::{
    badge::{Badge, Level, LevelThreshold},
    counters::{Counters, PURCHASES},
    ids::MemberId,
    streak::{Streak, month_streak},
};

/// One badge and how far a member has come with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeStanding {
    pub badge: Badge,
    /// In the unit of the thresholds.
    pub progress: i64,
    /// The highest level that was awarded, and when it was earned.
    pub best: Option<(Level, Timestamp)>,
    /// The level to reach next.
    pub next: Option<LevelThreshold>,
}

/// Everything that a member has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    pub badges: Vec<BadgeStanding>,
    pub streak: Streak,
    /// The local months with a purchase, as their first days.
    pub months: Vec<Date>,
}

/// A member's badges, in the order of the catalogue.
pub async fn shelf(conn: &mut PgConnection, member: MemberId, today: Date) -> Result<Shelf> {
    let badges = rules::live_badges(conn).await?;
    let counters = store::counters(conn, member).await?;
    let awards = store::awards(conn, member).await?;
    let months = counters.months(PURCHASES);
    let streak = month_streak(&months, today);
    let standing = |badge| stand(badge, &counters, &awards, today);
    Ok(Shelf { badges: badges.into_iter().map(standing).collect(), streak, months })
}

fn stand(
    badge: Badge,
    counters: &Counters,
    awards: &[(String, Level, Timestamp)],
    today: Date,
) -> BadgeStanding {
    let progress = badge.rule.progress(counters, today);
    let of_this = awards.iter().filter(|(awarded, ..)| *awarded == badge.badge);
    let best = of_this.map(|(_, level, at)| (*level, *at)).max_by_key(|(level, _)| *level);
    // What was awarded stays, whatever the counters say after a change of the rule.
    let has = |step: &LevelThreshold| best.is_some_and(|(level, _)| level >= step.level);
    let next = badge.rule.levels.iter().copied().find(|step| !has(step) && step.threshold > progress);
    BadgeStanding { badge, progress, best, next }
}

/// The badges that anyone may see.
pub async fn live(ctx: &Context) -> Result<Vec<Badge>> {
    rules::live_badges(&mut *ctx.pool.acquire().await?).await
}

/// How many members there are, and how many have each badge at a level or above.
pub async fn rarity(ctx: &Context) -> Result<(i64, HashMap<(String, Level), i64>)> {
    let mut conn = ctx.pool.acquire().await?;
    Ok((store::count_members(&mut conn).await?, store::holders(&mut conn).await?))
}

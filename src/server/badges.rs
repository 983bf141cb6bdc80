//! Badges as a member has them: how far each has come, what was awarded, and what is still to be told. And
//! what the write path asks of them: what a return undoes.

pub mod editing;
pub mod fills;
mod history;
mod rarity;
mod store;
mod sweeping;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, tz::TimeZone};
use sqlx::PgConnection;

#[cfg(test)]
pub use self::tests::{Chance, bought, seed, staff, stream};
pub use self::{
    history::{Difference, differences, recount},
    rarity::{Rarity, count_step, rarity},
    store::{counters, counters_of, insert_awards, tagged, tags, take_back},
    sweeping::sweep_step,
};
use super::{context::Context, error::Result, rules, tiers};
use crate::domain::{
    badge::{self, Badge, Game, Held, Level, LevelThreshold, Play, State},
    counters::CounterKey,
    earning::Rulebook,
    ids::MemberId,
    metric::{event::Event, period::Ordinals, tally::Place},
    program::day_of,
    purchase::Purchase,
};

/// One badge and how far a member has come with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeStanding {
    pub badge: Badge,
    /// In the unit of the thresholds.
    pub progress: i64,
    /// The highest level that was awarded, and when it was earned.
    pub best: Option<(Level, Timestamp)>,
    /// How often the badge was awarded at its highest level.
    pub times: usize,
    /// The member is among those who can get it today.
    pub is_open: bool,
    /// The level to reach next.
    pub next: Option<LevelThreshold>,
}

/// Everything that a member has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    pub badges: Vec<BadgeStanding>,
}

/// A member's badges, in the order of the catalogue.
pub async fn shelf(
    conn: &mut PgConnection,
    member: MemberId,
    (now, zone): (Timestamp, &TimeZone),
) -> Result<Shelf> {
    let all = store::badges(conn).await?;
    let game = Game::new(&all);
    let counters = store::counters(conn, member).await?;
    let awards = store::awards(conn, member).await?;
    let (mut tier, mut tags) = (None, Vec::new());
    if game.badges().any(|badge| !badge.rule.audience.is_all()) {
        tier = Some(tiers::standing(conn, member, now, zone).await?.tier.tier);
        tags = store::tags(conn, member).await?;
    }
    let who = badge::Member { tier: tier.as_deref(), tags: &tags };
    let held = awards.iter().map(|(held, _)| held.clone()).collect();
    let progress = game.play(&counters, &held).progress(day_of(now, zone));
    let standing = game.badges().zip(progress).map(|(badge, progress)| {
        let is_open = badge.rule.audience.has(who);
        let standing = stand(badge, progress, &awards);
        BadgeStanding { is_open, next: standing.next.filter(|_| is_open), ..standing }
    });
    // Whoever has a badge that is retired keeps it.
    let retired = all.iter().filter(|badge| badge.state == State::Retired);
    let kept = retired.map(|badge| BadgeStanding { next: None, ..stand(badge, 0, &awards) });
    let badges = standing.chain(kept.filter(|standing| standing.best.is_some())).collect();
    Ok(Shelf { badges })
}

fn stand(badge: &Badge, progress: i64, awards: &[(Held, Timestamp)]) -> BadgeStanding {
    let of_this = || awards.iter().filter(|(held, _)| held.badge == badge.badge);
    let best = of_this().map(|(held, at)| (held.level, *at)).max();
    let times = of_this().filter(|(held, _)| best.is_some_and(|(level, _)| level == held.level)).count();
    // What was awarded stays, whatever the counters say after a change of the rule. What repeats begins anew.
    let repeats = badge.rule.repeat.is_some();
    let has = |step: &LevelThreshold| !repeats && best.is_some_and(|(level, _)| level >= step.level);
    let next = badge.rule.levels.iter().copied().find(|step| !has(step) && step.threshold > progress);
    BadgeStanding { badge: badge.clone(), progress, best, times, is_open: false, next }
}

/// The badges that anyone may see.
pub async fn live(ctx: &Context) -> Result<Vec<Badge>> {
    let mut badges = rules::live_badges(&mut *ctx.pool.acquire().await?).await?;
    badges.retain(|badge| badge.rule.visibility.is_public());
    Ok(badges)
}

/// What counters lose by a return.
#[derive(Debug, Clone, Default)]
pub struct Undone {
    /// What is added to each; below zero.
    pub changes: Vec<(CounterKey, i64)>,
    /// Those that have to be counted again, once the return is written.
    pub again: Vec<Place>,
    /// Those that may have more than before, and the day of the purchase.
    pub risen: (Vec<Place>, Ordinals),
}

/// What is undone when of a purchase only this is left. The member's wallet is locked.
pub async fn undo(
    conn: &mut PgConnection,
    rules: &Rulebook,
    member: MemberId,
    (before, left): (Option<&Purchase>, Option<&Purchase>),
) -> Result<Undone> {
    let mut play = play(conn, &rules.game, member).await?;
    let before = before.map(|purchase| Event::of_purchase(purchase, rules.local(purchase.purchased_at)));
    let left = left.map(|purchase| Event::of_purchase(purchase, rules.local(purchase.purchased_at)));
    let again = play.take_back(before.as_ref(), left.as_ref());
    let ordinals = before.or(left).map(|event| event.ordinals).unwrap_or_default();
    // What is left of a purchase may count where the whole of it did not.
    let risen = [play.risen(), again.clone()].concat();
    Ok(Undone { changes: play.take_changes(), again, risen: (risen, ordinals) })
}

/// Counts again what has to be, takes back the awards that a return has undone, and gives those that are
/// reached by what it has raised. Tells which.
pub async fn settle(
    conn: &mut PgConnection,
    rules: &Rulebook,
    member: MemberId,
    undone: &Undone,
    now: Timestamp,
) -> Result<Vec<badge::Verdict>> {
    for place in &undone.again {
        history::recount(conn, rules.game.counter(*place), &[member], &rules.program.time_zone).await?;
    }
    let (risen, ordinals) = &undone.risen;
    if !rules.game.revokes() && risen.is_empty() {
        return Ok(Vec::new());
    }
    let tags = store::tags(conn, member).await?;
    let tier = tiers::standing(conn, member, now, &rules.zone()).await?.tier.tier;
    let mut play = play(conn, &rules.game, member).await?;
    let member_now = badge::Member { tier: Some(&tier), tags: &tags };
    let verdicts = play.judge_return(member_now, (risen, *ordinals));
    let lost: Vec<_> = verdicts.iter().filter(|one| !one.is_given).map(|one| (member, &one.held)).collect();
    take_back(conn, &lost).await?;
    let won: Vec<badge::Award> =
        verdicts.iter().filter(|one| one.is_given).map(|one| one.award(now)).collect();
    insert_awards(conn, &won.iter().map(|award| (member, award)).collect::<Vec<_>>(), now).await?;
    Ok(verdicts)
}

async fn play<'g>(conn: &mut PgConnection, game: &'g Game, member: MemberId) -> Result<Play<'g>> {
    let counters = store::counters(conn, member).await?;
    let awards: HashSet<Held> =
        store::awards(conn, member).await?.into_iter().map(|(held, _)| held).collect();
    Ok(game.play(&counters, &awards))
}

/// Members by what they hold, for rules that ask for other badges.
type Holders = HashMap<MemberId, Vec<(Held, Timestamp)>>;

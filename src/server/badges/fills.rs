//! What a badge that goes live does with what was before it, member by member; `server/fills.rs` says why
//! nothing is lost. What was reached is awarded with its own day and without celebration.

use std::collections::{BTreeSet, HashMap};

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
        events::{self, Event, EventKind},
        fills::{Filled, Phase},
        leaderboards, tiers,
    },
};

/// The fills of badges.
pub struct Badges;

impl Filled for Badges {
    const KIND: &'static str = "badge";

    fn phase(book: &Rulebook, name: &str) -> Option<Phase> {
        match find(book, name)?.state {
            State::Counting => Some(Phase::Counting),
            State::Awarding => Some(Phase::Giving),
            _ => None,
        }
    }

    async fn step(
        ctx: &Context,
        conn: &mut PgConnection,
        book: &Rulebook,
        (name, phase): (&str, Phase),
        members: &[MemberId],
    ) -> Result<u64> {
        let Some(badge) = find(book, name) else { return Ok(0) };
        match phase {
            Phase::Counting => {
                count(conn, book, badge, members).await?;
                Ok(0)
            }
            Phase::Giving => award(conn, (book, ctx.clock.now()), badge, members).await,
        }
    }

    async fn passed(conn: &mut PgConnection, name: &str, phase: Phase) -> Result<()> {
        match phase {
            Phase::Counting => awards::set_state(conn, name, State::Awarding).await,
            Phase::Giving => {
                info!("The badge {name} is live; what was before it is counted and awarded");
                awards::set_state(conn, name, State::Live).await
            }
        }
    }
}

fn find<'a>(book: &'a Rulebook, name: &str) -> Option<&'a Badge> {
    book.badges.iter().find(|badge| badge.badge == name)
}

async fn count(conn: &mut PgConnection, book: &Rulebook, badge: &Badge, members: &[MemberId]) -> Result<()> {
    for counted in badge.rule.metric.iter().flat_map(Metric::counted) {
        let name = counted.name();
        let counter = book.game.counters().iter().find(|counter| counter.name == name && !counter.is_whole);
        if let Some(counter) = counter {
            history::recount(conn, counter, members, &book.program.time_zone).await?;
        }
    }
    Ok(())
}

/// Gives how many awards were written.
async fn award(
    conn: &mut PgConnection,
    (book, now): (&Rulebook, Timestamp),
    badge: &Badge,
    members: &[MemberId],
) -> Result<u64> {
    let earned = earned(conn, badge, Some(members), (book, now)).await?;
    let mut changed: BTreeSet<MemberId> = earned.iter().map(|reached| reached.member).collect();
    if !badge.rule.revoke.is_never() {
        changed.extend(take_back_others(conn, badge, members, &earned).await?);
    }
    let award = |reached: Reached| {
        let Reached { member, level, period, at } = reached;
        (member, Award { badge: badge.badge.clone(), level, period, awarded_at: at })
    };
    let earned: Vec<(MemberId, Award)> = earned.into_iter().map(award).collect();
    let earned: Vec<(MemberId, &Award)> = earned.iter().map(|(member, award)| (*member, award)).collect();
    let written = awards::insert_awards(conn, &earned, now).await?;
    let event = |member: MemberId| Event {
        kind: EventKind::BadgeFilled,
        member_id: member,
        points: 0,
        effective_at: now,
        body: None,
    };
    if leaderboards::any_of_badges(conn).await? {
        events::publish(conn, &changed.into_iter().map(event).collect::<Vec<_>>(), now).await?;
    }
    Ok(written)
}

/// What another version awarded and this one would not. Gives who lost something.
async fn take_back_others(
    conn: &mut PgConnection,
    badge: &Badge,
    members: &[MemberId],
    earned: &[Reached],
) -> Result<Vec<MemberId>> {
    let holders = awards::holders(conn, members).await?;
    let stays = |member: MemberId, held: &Held| {
        earned.iter().any(|one| one.member == member && one.level == held.level && one.period == held.period)
    };
    let held = holders.iter().flat_map(|(member, held)| held.iter().map(|(held, _)| (*member, held)));
    let lost: Vec<(MemberId, &Held)> =
        held.filter(|(member, held)| held.badge == badge.badge && !stays(*member, held)).collect();
    awards::take_back(conn, &lost).await?;
    Ok(lost.into_iter().map(|(member, _)| member).collect())
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
        None => awards::holders_of(conn, &named(&rule.all_of, &rule.requires)).await?,
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

//! Moments: unlocks and promotions reach the page that is open, once, and stay in an inbox.
//!
//! The dispatcher keeps them, and tells every server by a notification of Postgres in its own transaction:
//! those of the ledger have none, because a notification takes a lock that all commits share.

pub mod listening;
mod store;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    context::{Context, new_id},
    error::Result,
    events::{Event, EventKind},
    identity::Member,
    rules,
};
use crate::domain::{
    badge::{Badge, Level},
    challenge::Challenge,
    ids::MemberId,
    metric::Period,
    moment::Moment,
    tier::Tier,
    words::points as points_in_words,
};

/// What is older is history that was brought in: it is not told.
const FRESH: SignedDuration = SignedDuration::from_hours(72);
/// How many members one notification names; Postgres takes 8,000 bytes.
const NAMED: usize = 200;

/// A moment in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub moment_id: Uuid,
    pub moment: Moment,
    pub is_new: bool,
}

/// Keeps what members should hear of, and wakes the pages of everybody to whom something happened.
pub async fn keep(conn: &mut PgConnection, events: &[Event], now: Timestamp) -> Result<()> {
    let fresh: Vec<&Event> = events.iter().filter(|event| event.effective_at >= now - FRESH).collect();
    if fresh.iter().any(|event| is_told(event)) {
        let badges = rules::live_badges(conn).await?;
        let tiers = rules::tiers(conn).await?;
        let challenges = rules::challenges(conn).await?;
        let known = (&badges[..], &tiers[..], &challenges[..]);
        let told = fresh.iter().filter_map(|event| Some((event.member_id, moment(event, known)?)));
        let moments: Vec<(MemberId, Uuid, Moment)> =
            told.map(|(member, moment)| (member, new_id(), moment)).collect();
        store::insert(conn, &moments).await?;
    }
    let members: BTreeSet<MemberId> = fresh.iter().map(|event| event.member_id).collect();
    let members: Vec<String> = members.into_iter().map(|member| member.0.simple().to_string()).collect();
    for named in members.chunks(NAMED) {
        store::notify(conn, listening::CHANNEL, &named.join(" ")).await?;
    }
    Ok(())
}

/// Whether something may be a moment.
fn is_told(event: &Event) -> bool {
    use EventKind::{
        BadgeAwarded, ChallengeCompleted, LeagueChanged, PointsAdjusted, PrizeWon, StreakReached, TierChanged,
    };
    match event.kind {
        BadgeAwarded | TierChanged | ChallengeCompleted | StreakReached | PrizeWon | LeagueChanged => true,
        PointsAdjusted => event.body.as_ref().is_some_and(|body| body["rank"].is_i64()),
        _ => false,
    }
}

fn moment(event: &Event, (badges, tiers, challenges): (&[Badge], &[Tier], &[Challenge])) -> Option<Moment> {
    let body = event.body.as_ref()?;
    let said = |key: &str| body[key].as_str();
    let number = |key: &str| body[key].as_i64();
    let at = event.effective_at;
    match event.kind {
        EventKind::BadgeAwarded => {
            let badge = badges.iter().find(|badge| Some(badge.badge.as_str()) == said("badge"))?;
            Some(Moment::of_badge(badge, Level::parse(said("level")?)?, event.effective_at))
        }
        EventKind::TierChanged => {
            Moment::of_tier(tiers, said("from").unwrap_or_default(), said("to")?, event.effective_at)
        }
        EventKind::ChallengeCompleted => {
            let named = |one: &&Challenge| Some(one.challenge.as_str()) == said("challenge");
            let challenge = challenges.iter().find(named)?;
            Some(Moment::of_challenge(challenge, said("missed"), event.effective_at))
        }
        EventKind::StreakReached => {
            let unit = Period::ALL.into_iter().find(|unit| Some(unit.as_str()) == said("unit"))?;
            let run = (unit, number("periods")?);
            let metal = Level::parse(said("metal")?)?;
            Some(Moment::of_streak(run, number("points")?, number("frozen")?, metal, at))
        }
        EventKind::LeagueChanged => {
            let league = |key: &str| i16::try_from(number(key)?).ok();
            Some(Moment::of_league(said("board")?, (league("from")?, league("to")?), number("place")?, at))
        }
        EventKind::PointsAdjusted => {
            let words = format!("{} for it are yours.", points_in_words(event.points));
            Some(Moment::of_prize(said("reason")?, number("rank")?, words, at))
        }
        EventKind::PrizeWon => {
            let words = match (said("prize")?, said("missed")) {
                (_, Some(missed)) => format!("What is won could not be given: {missed}"),
                ("badge", _) => "A badge for it is yours.".to_owned(),
                _ => "A voucher for it is yours; it is with your rewards.".to_owned(),
            };
            Some(Moment::of_prize(said("reason")?, number("rank")?, words, at))
        }
        _ => None,
    }
}

/// What the member was not told of yet, oldest first. It is told once: a second call finds nothing.
pub async fn take_untold(ctx: &Context, member: &Member) -> Result<Vec<Moment>> {
    let mut conn = ctx.pool.acquire().await?;
    let mut untold = store::take_untold(&mut conn, member.member_id, ctx.clock.now()).await?;
    untold.sort_by_key(|kept| kept.moment_id);
    Ok(untold.into_iter().map(|kept| kept.moment).collect())
}

/// How much is new in the inbox.
pub async fn unread(ctx: &Context, member: &Member) -> Result<i64> {
    Ok(store::unread(&mut *ctx.pool.acquire().await?, member.member_id).await?)
}

/// The inbox, newest first, older than `before`; what is shown is not new any more.
pub async fn read(ctx: &Context, member: &Member, before: Option<Uuid>, most: i64) -> Result<Vec<Kept>> {
    let mut tx = ctx.pool.begin().await?;
    let kept = store::newest(&mut tx, member.member_id, before, most).await?;
    let shown: Vec<Uuid> = kept.iter().filter(|kept| kept.is_new).map(|kept| kept.moment_id).collect();
    if !shown.is_empty() {
        store::mark_read(&mut tx, member.member_id, &shown, ctx.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(kept)
}

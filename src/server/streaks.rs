//! Streaks: the local dates on which members did what counts, kept by the dispatcher, and what runs of them
//! give. Everything else is worked out from the dates when it is asked for.

pub mod check;
pub mod editing;
mod store;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    context::Context,
    error::{Error, Result},
    events::{Event, EventKind},
    identity::Member,
    jobs::Pace,
    prizes::{self, Prize},
    rules,
};
use crate::domain::{
    badge::Level,
    challenge::Reward,
    ids::MemberId,
    program::day_start,
    streak::{Milestone, Reached, Streak, StreakPolicy, StreakTerms, streak, units, zones::Zones},
};

/// How many members one step lays out anew, and how many milestones one step pays.
const FILL: i64 = 1_000;
const PAY: i64 = 200;

/// A member's streak as it is now, by what it is counted, and whose midnight it goes by.
#[derive(Debug, Clone)]
pub struct Standing {
    pub policy: StreakPolicy,
    pub streak: Streak,
    /// The member's local day.
    pub today: Date,
    pub given: Vec<Given>,
}

/// A milestone that a member has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub milestone: Milestone,
    pub reached_at: Timestamp,
}

impl Standing {
    /// What is next, of those that the member does not have.
    #[must_use]
    pub fn next(&self) -> Option<Milestone> {
        let has = |one: &Milestone| self.given.iter().any(|given| given.milestone.periods == one.periods);
        let ahead = |one: &&Milestone| one.periods > self.streak.current;
        let all = &self.policy.terms.milestones;
        all.iter().filter(ahead).find(|one| !has(one)).copied()
    }
}

/// A member's streak.
pub async fn standing(conn: &mut PgConnection, member: MemberId, now: Timestamp) -> Result<Standing> {
    let policy = store::policy(conn).await?;
    let zones = zones(conn, member).await?;
    let days = store::days(conn, member).await?;
    let today = zones.day(now);
    let streak = streak(&policy.terms, &days, &zones.travel(), today);
    let given = store::given(conn, member, policy.terms.unit.as_str()).await?;
    Ok(Standing { policy, streak, today, given })
}

async fn zones(conn: &mut PgConnection, member: MemberId) -> Result<Zones> {
    let home = rules::program(conn).await?.zone();
    let moves = store::moves(conn, &[member]).await?.remove(&member).unwrap_or_default();
    Ok(Zones { home, moves })
}

/// The zone that a member chose, if they did.
pub async fn chosen_zone(ctx: &Context, member: &Member) -> Result<Option<String>> {
    store::zone(&mut *ctx.pool.acquire().await?, member.member_id).await
}

/// The zones that can be chosen.
pub async fn all_zones(ctx: &Context) -> Result<Vec<String>> {
    let known = store::known_zones(&mut *ctx.pool.acquire().await?).await?;
    Ok(known.into_iter().filter(|zone| TimeZone::get(zone).is_ok()).collect())
}

/// Says where a member lives from now on. What was recorded keeps its date.
///
/// Refuses a `zone` that is none, and more moves in 30 days than anybody makes.
pub async fn move_to(ctx: &Context, member: &Member, zone: &str) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    store::lock_member(&mut tx, member.member_id).await?;
    let is_known = store::is_zone(&mut tx, zone).await? && TimeZone::get(zone).is_ok();
    if !is_known {
        return Err(Error::field("zone", "Choose one of the zones of the list"));
    }
    let home = rules::program(&mut tx).await?.time_zone;
    let is_there = store::zone(&mut tx, member.member_id).await?.unwrap_or(home) == zone;
    if !is_there {
        let now = ctx.clock.now();
        let zones = zones(&mut tx, member.member_id).await?;
        zones.may_move(now).map_err(|refusal| Error::field("zone", refusal.message))?;
        store::insert_move(&mut tx, member.member_id, zone, now).await?;
        // A till's clock may be ahead: what is dated after the move has its date of the new zone.
        let policy = store::lock_policy(&mut tx).await?;
        store::recount(&mut tx, &policy.terms.kinds, &[member.member_id]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Adds the dates of what happened, in the transaction that took the events; those of who brought something
/// back are laid out anew. `since` is older than the ids of what the events tell of: of a long history only
/// what is new is read. Gives the milestones that were reached by it.
pub async fn apply(
    conn: &mut PgConnection,
    (events, since): (&[Event], Uuid),
    now: Timestamp,
) -> Result<Vec<Event>> {
    let of = |kind: EventKind| -> BTreeSet<MemberId> {
        events.iter().filter(|event| event.kind == kind).map(|event| event.member_id).collect()
    };
    let anew = of(EventKind::PointsReturned);
    let further = &of(EventKind::PointsEarned) - &anew;
    if anew.is_empty() && further.is_empty() {
        return Ok(Vec::new());
    }
    // One writer at a time: whoever reads the history later also writes later.
    let policy = store::lock_policy(conn).await?;
    let kinds = &policy.terms.kinds;
    let mut changed = store::add(conn, kinds, &Vec::from_iter(further), since).await?;
    changed.extend(store::recount(conn, kinds, &Vec::from_iter(anew)).await?);
    reach(conn, &policy, &changed, now).await
}

/// Writes down what runs came to since the policy began, each once.
async fn reach(
    conn: &mut PgConnection,
    policy: &StreakPolicy,
    changed: &[(MemberId, Vec<Date>)],
    now: Timestamp,
) -> Result<Vec<Event>> {
    if changed.is_empty() || policy.terms.milestones.is_empty() {
        return Ok(Vec::new());
    }
    let home = rules::program(conn).await?.zone();
    let members: Vec<MemberId> = changed.iter().map(|(member, _)| *member).collect();
    let mut moves = store::moves(conn, &members).await?;
    let mut all = Vec::new();
    for (member, days) in changed {
        let zones = Zones { home: home.clone(), moves: moves.remove(member).unwrap_or_default() };
        let since = zones.day(policy.since);
        let came_to = streak(&policy.terms, days, &zones.travel(), zones.day(now)).reached;
        for reached in came_to.into_iter().filter(|reached| reached.reached_on >= since) {
            let at = reached_at(&reached, &zones, now);
            all.push(Milestones { member: *member, reached, at });
        }
    }
    let new = store::insert_milestones(conn, policy, &all).await?;
    let unit = policy.terms.unit.as_str();
    let event = |milestone: Milestones| {
        let Reached { milestone: Milestone { periods, points }, frozen, .. } = milestone.reached;
        Event {
            kind: EventKind::StreakReached,
            member_id: milestone.member,
            points: 0,
            effective_at: milestone.at,
            body: Some(json!({
                "unit": unit, "periods": periods, "points": points, "frozen": frozen.len(),
                "metal": metal(&policy.terms, periods).as_str(),
            })),
        }
    };
    Ok(new.into_iter().map(event).collect())
}

/// The first third of the milestones is bronze, the last gold.
fn metal(terms: &StreakTerms, periods: i64) -> Level {
    let all = terms.milestones.len();
    let place = terms.milestones.iter().filter(|one| one.periods < periods).count();
    match place * 3 / all.max(1) {
        0 => Level::Bronze,
        1 => Level::Silver,
        _ => Level::Gold,
    }
}

/// A date is stored, no instant: noon of it, or now.
fn reached_at(reached: &Reached, zones: &Zones, now: Timestamp) -> Timestamp {
    let start = day_start(reached.reached_on, zones.at(now));
    let noon = start.checked_add(jiff::SignedDuration::from_hours(12)).unwrap_or(start);
    noon.min(now)
}

/// A member's run that came to a milestone.
#[derive(Debug, Clone)]
struct Milestones {
    member: MemberId,
    reached: Reached,
    at: Timestamp,
}

/// Pays the points of milestones, some at a time: a run is never paid for in the way of a purchase.
pub async fn pay_step(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    let unpaid = store::unpaid(&mut tx, PAY).await?;
    if unpaid.is_empty() {
        return Ok(Pace::Rest);
    }
    let now = ctx.clock.now();
    let prize = |one: &store::Unpaid| Prize {
        member: one.member,
        source: "streak",
        id: format!("{}/{}/{}", one.unit.as_str(), one.periods, one.member),
        worth: Reward::Points(one.points),
        reason: reason(one),
        about: json!({ "streak": one.periods }).as_object().cloned().unwrap_or_default(),
        at: now,
    };
    prizes::give(&ctx, &mut tx, unpaid.iter().map(prize).collect()).await?;
    store::set_paid(&mut tx, &unpaid, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(Pace::More)
}

/// "12 weeks in a row, 24 August to 15 November 2026; freezes covered 5 October and 12 October".
fn reason(one: &store::Unpaid) -> String {
    let day = |day: &Date| day.strftime("%-d %B %Y").to_string();
    let run = format!("{} in a row", units(one.unit, one.periods));
    let span = format!("{} to {}", day(&one.trace.began_on), day(&one.trace.reached_on));
    let covered: Vec<String> = one.trace.frozen.iter().take(3).map(day).collect();
    match covered.as_slice() {
        [] => format!("{run}, {span}"),
        days => format!("{run}, {span}; a freeze covered {}", days.join(" and ")),
    }
}

/// Lays out anew the dates of the next members, after a new version counts other kinds.
pub async fn fill_step(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    if !store::is_to_fill(&mut tx).await? {
        return Ok(Pace::Rest);
    }
    let policy = store::lock_policy(&mut tx).await?;
    let members = store::next_to_fill(&mut tx, policy.version, FILL).await?;
    if let Some(last) = members.last() {
        let changed = store::recount(&mut tx, &policy.terms.kinds, &members).await?;
        // Nobody hears of these: they follow from what was before. What is open is told by the next visit.
        reach(&mut tx, &policy, &changed, ctx.clock.now()).await?;
        store::filled_through(&mut tx, policy.version, *last).await?;
    } else {
        store::filled(&mut tx, policy.version, ctx.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(Pace::More)
}

/// The streak that a member has by other terms: what staff are shown before they change anything.
async fn by_terms(
    conn: &mut PgConnection,
    terms: &StreakTerms,
    (after, most): (Option<MemberId>, i64),
    now: Timestamp,
) -> Result<Vec<(MemberId, Streak)>> {
    let home = rules::program(conn).await?.zone();
    let all = store::days_after(conn, after, most).await?;
    let members: Vec<MemberId> = all.iter().map(|(member, _)| *member).collect();
    let mut moves = store::moves(conn, &members).await?;
    let told = all.into_iter().map(|(member, days)| {
        let zones = Zones { home: home.clone(), moves: moves.remove(&member).unwrap_or_default() };
        (member, streak(terms, &days, &zones.travel(), zones.day(now)))
    });
    Ok(told.collect())
}

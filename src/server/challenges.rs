//! Challenges as members take part in them: who is in, how far each round has come, and what a completed one
//! gives. What is counted is counted with badges, in the transaction of the activity; so is what is won.

pub mod editing;
pub mod fills;
mod giving;
mod history;
mod store;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use serde_json::json;
use sqlx::PgConnection;

#[cfg(test)]
pub use self::tests::{COUNT, TEA, challenge, fill, live, step, with};
pub use self::{
    giving::{complete, take_back},
    history::{differences, steps},
    store::{Given, Kept},
};
use super::{
    badges,
    context::Context,
    error::{Error, Result},
    events::{self, Event, EventKind},
    identity::Member,
    ledger, rules, tiers,
};
use crate::domain::{
    badge,
    challenge::{Challenge, Compiled, Entries, Entry, Join, Past, State},
    earning::Rulebook,
    ids::MemberId,
    metric::tally::Tally,
    refusal::Code,
};

/// A challenge as a member sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub challenge: Challenge,
    /// Of the round that is open, each step in the order of the rule.
    pub progress: Vec<i64>,
    /// None: the member could join.
    pub entry: Option<Entry>,
    /// What was given for each round, the oldest first.
    pub given: Vec<Given>,
    pub is_for_me: bool,
}

impl Standing {
    /// Whether the member is in it, and there is something to do.
    #[must_use]
    pub fn is_active(&self, today: Date) -> bool {
        let rule = &self.challenge.rule;
        let open = self.entry.is_some_and(|entry| entry.is_open(rule));
        open && self.is_for_me && self.challenge.state.is_running() && rule.has(today)
    }

    /// Whether the member could join today.
    #[must_use]
    pub fn can_be_joined(&self, today: Date) -> bool {
        self.entry.is_none()
            && self.is_for_me
            && self.challenge.state.is_running()
            && today < self.challenge.rule.until
    }

    /// How many of its steps are done, of how many.
    #[must_use]
    pub fn steps_done(&self) -> (usize, usize) {
        let steps = self.challenge.rule.steps.iter().zip(&self.progress);
        (steps.filter(|(step, value)| **value >= step.target).count(), self.challenge.rule.steps.len())
    }
}

/// How these members take part in what is running; only what was read under the lock of their wallets
/// decides.
pub async fn entries(
    conn: &mut PgConnection,
    rules: &Rulebook,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Entries>> {
    let running = rules.game.challenges();
    if running.is_empty() {
        return Ok(HashMap::new());
    }
    let names: Vec<&str> = running.iter().map(|one| one.challenge.challenge.as_str()).collect();
    let joined = store::joined(conn, members, &names).await?;
    let past = store::past(conn, members, &names).await?;
    let entries = |member: &MemberId| {
        let of = |one: &Compiled| {
            let name = &one.challenge.challenge;
            let key = (*member, name.clone());
            let past = past.get(&key).map_or(&[][..], Vec::as_slice);
            Some((name.clone(), Entry::of(&one.challenge.rule, joined.get(&key).copied(), past)?))
        };
        (*member, running.iter().filter_map(of).collect())
    };
    Ok(members.iter().map(entries).collect())
}

/// A challenge that is or was live. Refused: `not_found`.
pub async fn find(ctx: &Context, name: &str) -> Result<Challenge> {
    let all = store::all(&mut *ctx.pool.acquire().await?).await?;
    let found = all.into_iter().map(|kept| kept.challenge).find(|one| one.challenge == name);
    found.filter(|one| one.state != State::Draft).ok_or_else(|| Error::not_found("This challenge"))
}

/// All challenges that concern a member: what is running, and what they completed.
pub async fn of_member(ctx: &Context, member: MemberId) -> Result<Vec<Standing>> {
    let mut conn = ctx.pool.acquire().await?;
    let rules = rules::current(ctx, &mut conn).await?;
    of_member_in(&mut conn, &rules, member, ctx.clock.now()).await
}

async fn of_member_in(
    conn: &mut PgConnection,
    rules: &Rulebook,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<Standing>> {
    let all = store::all(conn).await?;
    let mut given = store::given(conn, member).await?;
    let mut entries = entries(conn, rules, &[member]).await?.remove(&member).unwrap_or_default();
    let tags = badges::tags(conn, member).await?;
    let tier = tiers::standing(conn, member, now, &rules.zone()).await?.tier.tier;
    let me = badge::Member { tier: Some(&tier), tags: &tags };
    let counters = badges::counters(conn, member).await?;
    let play = rules.game.play(&counters, &std::collections::HashSet::new());
    let shown = all.into_iter().filter(|kept| kept.challenge.state != State::Draft).filter_map(|kept| {
        let name = kept.challenge.challenge.clone();
        let entry = entries.remove(&name);
        let given = given.remove(&name).unwrap_or_default();
        let compiled = rules.game.challenge(&name);
        let progress = progress(compiled, play.tally(), entry, &kept.challenge);
        let is_for_me = kept.challenge.rule.audience.has(me);
        let shown = !given.is_empty() || kept.challenge.state.is_running();
        shown.then_some(Standing { challenge: kept.challenge, progress, entry, given, is_for_me })
    });
    Ok(shown.collect())
}

fn progress(
    compiled: Option<&Compiled>,
    tally: &Tally,
    entry: Option<Entry>,
    challenge: &Challenge,
) -> Vec<i64> {
    let told = compiled.zip(entry).map(|(compiled, entry)| compiled.progress(tally, &entry));
    told.unwrap_or_else(|| vec![0; challenge.rule.steps.len()])
}

/// Joins a challenge. What the member did on this local day before joining counts, and may complete it.
/// Joining again changes nothing.
///
/// Refuses `not_found`, `not_eligible` for one that is over, needs no joining or is for others.
pub async fn join(ctx: &Context, member: &Member, name: &str) -> Result<Challenge> {
    let mut tx = ctx.pool.begin().await?;
    let rules = rules::current(ctx, &mut tx).await?;
    let compiled = rules.game.challenge(name).ok_or_else(|| Error::not_found("This challenge"))?;
    let member = member.member_id;
    ledger::lock(&mut tx, &[member], ledger::Lots::WhenDue, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    may_join(&mut tx, &rules, compiled, member, now).await?;
    if store::join(&mut tx, member, name, rules.day(now), now).await? {
        let body = Some(json!({ "challenge": name }));
        let kind = EventKind::ChallengeJoined;
        let joined = Event { kind, member_id: member, points: 0, effective_at: now, body };
        events::publish(&mut tx, &[joined], now).await?;
    }
    settle_member(ctx, &mut tx, &rules, compiled, &[member]).await?;
    tx.commit().await?;
    Ok(compiled.challenge.clone())
}

async fn may_join(
    conn: &mut PgConnection,
    rules: &Rulebook,
    compiled: &Compiled,
    member: MemberId,
    now: Timestamp,
) -> Result<()> {
    let Challenge { rule, name, .. } = &compiled.challenge;
    let refuse = |message: String| Err(Error::refused(Code::NotEligible, message));
    if rule.join == Join::Automatic {
        return refuse(format!("Everybody is in “{name}” already; there is nothing to join."));
    }
    if rules.day(now) >= rule.until {
        return refuse(format!("“{name}” is over; look for others that are open."));
    }
    let tags = badges::tags(conn, member).await?;
    let tier = tiers::standing(conn, member, now, &rules.zone()).await?.tier.tier;
    if !rule.audience.has(badge::Member { tier: Some(&tier), tags: &tags }) {
        return refuse(format!("“{name}” is for other members; look for others that are open."));
    }
    Ok(())
}

/// Completes what these members have reached by what is counted. Their wallets are locked.
async fn settle_member(
    ctx: &Context,
    conn: &mut PgConnection,
    rules: &Rulebook,
    compiled: &Compiled,
    members: &[MemberId],
) -> Result<()> {
    let (name, now) = (&compiled.challenge.challenge, ctx.clock.now());
    if compiled.challenge.state != State::Live || rules.day(now) >= compiled.challenge.rule.closes() {
        return Ok(());
    }
    let mut entries = entries(conn, rules, members).await?;
    let members: Vec<MemberId> = members
        .iter()
        .filter(|member| entries.get(member).is_some_and(|entries| entries.contains_key(name)))
        .copied()
        .collect();
    let members = only_audience(conn, rules, compiled, members, now).await?;
    let counters = badges::counters_of(conn, &members).await?;
    let mut completed = Vec::new();
    for member in members {
        let Some(counters) = counters.get(&member) else { continue };
        let play = rules.game.play(counters, &std::collections::HashSet::new());
        let Some(entry) = entries.get_mut(&member).and_then(|entries| entries.get_mut(name)) else {
            continue;
        };
        let rounds = compiled.complete(play.tally(), entry, now);
        completed.extend(rounds.into_iter().map(|round| (member, round)));
    }
    complete(ctx, conn, rules, &completed).await
}

async fn only_audience(
    conn: &mut PgConnection,
    rules: &Rulebook,
    compiled: &Compiled,
    mut members: Vec<MemberId>,
    now: Timestamp,
) -> Result<Vec<MemberId>> {
    let audience = &compiled.challenge.rule.audience;
    if !audience.tag.is_empty() {
        let tagged = badges::tagged(conn, &members, &audience.tag).await?;
        members.retain(|member| tagged.contains(member));
    }
    if !audience.tier.is_empty() {
        let tiers = tiers::of_members(conn, &members, rules, now).await?;
        members.retain(|member| tiers.get(member).is_some_and(|tier| audience.tier.contains(tier)));
    }
    Ok(members)
}

/// A member's rounds, as they were completed.
type Rounds = HashMap<(MemberId, String), Vec<Past>>;

//! Challenges over the stored history: the second form of a step. Previews and `laurel verify` use it.

mod store;

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Rounds, fills::Challenges, store as challenges};
use crate::{
    domain::{
        challenge::{Challenge, ChallengeRule, Entry, Join, Past, State, Step},
        ids::MemberId,
        metric::Read,
    },
    server::{badges::Difference, error::Result, fills, rules},
};

/// A round of a member: the days that count, both included.
pub type Round = (MemberId, Date, Date);

/// What the statement is told of a step: what is counted, and how that becomes a number.
fn plan(rule: &ChallengeRule, step: &Step) -> Result<(Value, &'static str)> {
    let metric = rule.measured(step);
    let reading = match metric.read() {
        Read::Values => "values",
        Read::Best => "best",
        _ => "total",
    };
    let counted = metric.counted().into_iter().next();
    Ok((serde_json::to_value(counted)?, reading))
}

/// The steps of a challenge as statements of others over the history take them: what is counted, how that
/// becomes a number, and how much of it completes the step.
pub fn steps(rule: &ChallengeRule) -> Result<Value> {
    let told = |(number, step): (usize, &Step)| {
        let (plan, reading) = plan(rule, step)?;
        Ok(json!({ "number": number, "plan": plan, "reading": reading, "target": step.target }))
    };
    rule.steps.iter().enumerate().map(told).collect()
}

/// How far each of these rounds has come, step by step, by what is stored.
pub async fn values(
    conn: &mut PgConnection,
    rule: &ChallengeRule,
    rounds: &[Round],
    zone: &str,
) -> Result<HashMap<(MemberId, Date), Vec<i64>>> {
    let mut values: HashMap<(MemberId, Date), Vec<i64>> = HashMap::with_capacity(rounds.len());
    for step in &rule.steps {
        for (key, value) in store::values(conn, &plan(rule, step)?, zone, rounds).await? {
            values.entry(key).or_default().push(value);
        }
    }
    Ok(values)
}

fn is_done(rule: &ChallengeRule, values: &[i64]) -> bool {
    rule.steps.len() == values.len()
        && rule.steps.iter().zip(values).all(|(step, value)| *value >= step.target)
}

/// How many members have begun and how many have done this, by what is stored.
pub async fn count(
    conn: &mut PgConnection,
    rule: &ChallengeRule,
    zone: &str,
) -> Result<(usize, usize, usize)> {
    let members = store::members(conn).await?;
    let rounds: Vec<Round> = members.iter().map(|member| (*member, rule.from, rule.last_day())).collect();
    let values = values(conn, rule, &rounds, zone).await?;
    let begun = values.values().filter(|values| values.iter().any(|value| *value > 0)).count();
    let done = values.values().filter(|values| is_done(rule, values)).count();
    Ok((members.len(), begun, done))
}

/// Where completed rounds differ from what the history says, and what was given from what is in the ledger.
pub async fn differences(conn: &mut PgConnection, now: Timestamp) -> Result<Vec<Difference>> {
    let rules = rules::rulebook(conn).await?;
    let mut found = store::given_wrong(conn).await?;
    let day = rules.day(now);
    for compiled in rules.game.challenges() {
        let challenge = &compiled.challenge;
        if challenge.state != State::Live || fills::is_open::<Challenges>(conn, &challenge.challenge).await? {
            continue;
        }
        let zone = &rules.program.time_zone;
        found.extend(of_challenge(conn, challenge, zone, day < challenge.rule.closes()).await?);
    }
    Ok(found)
}

async fn of_challenge(
    conn: &mut PgConnection,
    challenge: &Challenge,
    zone: &str,
    is_open: bool,
) -> Result<Vec<Difference>> {
    let Challenge { rule, challenge: name, .. } = challenge;
    let members = store::members(conn).await?;
    let joined = challenges::joined(conn, &members, &[name]).await?;
    let past = challenges::past(conn, &members, &[name]).await?;
    let mut found = Vec::new();
    let told = |member: MemberId, round: i32, expected: &str, found: &str| Difference {
        subject: format!("member {member} challenge {name} round {round}"),
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    // Who may complete it is judged at the time, so only of what is for all can be told who is missing.
    if is_open && rule.audience.is_all() {
        let open = open_rounds(rule, &members, (name, &joined, &past));
        let rounds: Vec<Round> =
            open.iter().map(|(member, entry)| (*member, entry.from, rule.last_day())).collect();
        let values = values(conn, rule, &rounds, zone).await?;
        let missing = open.iter().filter(|(member, entry)| {
            values.get(&(*member, entry.from)).is_some_and(|values| is_done(rule, values))
        });
        found.extend(missing.map(|(member, entry)| told(*member, entry.round, "completed", "open")));
    }
    // What a return took away afterwards is kept as a rule; of the others, all of it is in the history.
    let gave_back: HashSet<MemberId> = store::who_returned(conn).await?.into_iter().collect();
    let whole = |member: &MemberId| !gave_back.contains(member);
    let rounds: Vec<(MemberId, Past)> = past
        .iter()
        .filter(|((member, _), _)| whole(member))
        .flat_map(|((member, _), rounds)| rounds.iter().map(|round| (*member, *round)))
        .filter(|(_, round)| !round.is_revoked)
        .collect();
    let asked: Vec<Round> = rounds.iter().map(|(member, round)| (*member, round.from, round.on)).collect();
    let values = values(conn, rule, &asked, zone).await?;
    let wrong = rounds.iter().filter(|(member, round)| {
        !values.get(&(*member, round.from)).is_some_and(|values| is_done(rule, values))
    });
    found.extend(wrong.map(|(member, round)| told(*member, round.round, "open", "completed")));
    Ok(found)
}

type Joined = HashMap<(MemberId, String), Date>;

fn open_rounds(
    rule: &ChallengeRule,
    members: &[MemberId],
    (name, joined, past): (&str, &Joined, &Rounds),
) -> Vec<(MemberId, Entry)> {
    let entry = |member: &MemberId| {
        let key = (*member, name.to_owned());
        let day = joined.get(&key).copied();
        if rule.join == Join::OptIn && day.is_none() {
            return None;
        }
        let past = past.get(&key).map_or(&[][..], Vec::as_slice);
        let entry = Entry::of(rule, day, past)?;
        entry.is_open(rule).then_some((*member, entry))
    };
    members.iter().filter_map(entry).collect()
}

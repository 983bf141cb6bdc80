//! What a completed round gives, in the transaction that completed it; and what a return takes back.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use super::{
    settle_member,
    store::{self, Given},
};
use crate::{
    domain::{
        badge::{Held, Revoke},
        challenge::{Challenge, ChallengeRule, Completion},
        earning::Rulebook,
        ids::MemberId,
        ledger::{Balances, Contra, Draft, Kind},
        words::span,
    },
    server::{
        badges,
        context::Context,
        error::Result,
        events::{self, Event, EventKind},
        ledger,
        prizes::{self, Given as Worth, Prize},
    },
};

/// Documents of ours, as leaderboards have theirs.
const SOURCE: &str = "challenge";

/// A round that somebody completed, with its challenge.
struct Won<'a> {
    member: MemberId,
    round: &'a Completion,
    challenge: &'a Challenge,
    document: String,
}

/// Gives what completed rounds are worth. Each has a document of its own, so that it is given once. The
/// members' wallets are locked, and what was done to them is saved.
pub async fn complete(
    ctx: &Context,
    conn: &mut PgConnection,
    rules: &Rulebook,
    completed: &[(MemberId, Completion)],
) -> Result<()> {
    let won: Vec<Won<'_>> =
        completed.iter().filter_map(|(member, round)| won(rules, *member, round)).collect();
    if won.is_empty() {
        return Ok(());
    }
    let given = prizes::give(ctx, conn, won.iter().map(prize).collect()).await?;
    let mut given: HashMap<String, Worth> =
        given.into_iter().map(|(prize, worth)| (prize.id, worth)).collect();
    let told = won.iter().map(|one| {
        let missed = "This round was given before".to_owned();
        let given = given.remove(&one.document).unwrap_or(Worth::Missed(missed));
        (one.member, one.challenge.challenge.as_str(), row(one.round, given))
    });
    let rows: Vec<(MemberId, &str, Given)> = told.collect();
    let now = ctx.clock.now();
    store::insert_completions(conn, &rows, now).await?;
    let happened: Vec<Event> = won.iter().zip(&rows).map(|(one, (.., given))| happened(one, given)).collect();
    events::publish(conn, &happened, now).await
}

fn won<'a>(rules: &'a Rulebook, member: MemberId, round: &'a Completion) -> Option<Won<'a>> {
    let challenge = &rules.game.challenge(&round.challenge)?.challenge;
    let document = format!("{}/{}/{member}", round.challenge, round.round);
    Some(Won { member, round, challenge, document })
}

fn prize(one: &Won<'_>) -> Prize {
    let about = json!({ "challenge": one.challenge.challenge });
    Prize {
        member: one.member,
        source: SOURCE,
        id: one.document.clone(),
        worth: one.challenge.rule.reward.clone(),
        reason: reason(one),
        about: about.as_object().cloned().unwrap_or_default(),
        at: one.round.at,
    }
}

fn row(round: &Completion, given: Worth) -> Given {
    let mut row = Given {
        round: round.round,
        from: round.from,
        on: round.on,
        completed_at: round.at,
        points: None,
        entry_no: None,
        badge: None,
        redemption_id: None,
        missed: None,
        is_revoked: false,
    };
    match given {
        Worth::Points { points, entry_no } => (row.points, row.entry_no) = (Some(points), Some(entry_no)),
        Worth::Badge(badge, level) => row.badge = Some((badge, level)),
        Worth::Voucher(id) => row.redemption_id = Some(id),
        Worth::Missed(why) => row.missed = Some(why),
    }
    row
}

/// In words, for the ledger: what was done, and in which days.
fn reason(one: &Won<'_>) -> String {
    let Completion { from, on, round, .. } = one.round;
    let steps: Vec<&str> = one.challenge.rule.steps.iter().map(|step| step.title.as_str()).collect();
    let again = match round {
        1 => String::new(),
        2 => ", done again".to_owned(),
        times => format!(", done {times} times"),
    };
    let days = span(*from, *on);
    let told = format!("Challenge {}{again}, {days}: {}", one.challenge.name, steps.join("; "));
    told.chars().take(300).collect()
}

fn happened(one: &Won<'_>, given: &Given) -> Event {
    let challenge = &one.challenge.challenge;
    let body = json!({ "challenge": challenge, "round": one.round.round, "missed": given.missed });
    Event {
        kind: EventKind::ChallengeCompleted,
        member_id: one.member,
        points: 0,
        effective_at: one.round.at,
        body: Some(body),
    }
}

/// Takes back what was given for rounds that no longer hold after a return, where the challenge says so. The
/// member's wallet is locked, and what was done to it is saved.
pub async fn take_back(
    ctx: &Context,
    conn: &mut PgConnection,
    rules: &Rulebook,
    member: MemberId,
    now: Timestamp,
) -> Result<()> {
    let revokes = |rule: &ChallengeRule| rule.revoke == Revoke::OnReversal;
    if !rules.game.challenges().iter().any(|one| revokes(&one.challenge.rule)) {
        return Ok(());
    }
    let given = store::given(conn, member).await?;
    let counters = badges::counters(conn, member).await?;
    let play = rules.game.play(&counters, &HashSet::new());
    for compiled in rules.game.challenges().iter().filter(|one| revokes(&one.challenge.rule)) {
        let challenge = &compiled.challenge;
        for round in given.get(&challenge.challenge).into_iter().flatten().filter(|round| !round.is_revoked) {
            if compiled.holds(play.tally(), round.from, round.on) {
                continue;
            }
            if let Some((points, entry_no)) = round.points.zip(round.entry_no) {
                take_points(conn, member, (entry_no, points), &challenge.name, now).await?;
            }
            if let Some((badge, level)) = &round.badge {
                let held = Held { badge: badge.clone(), level: *level, period: String::new() };
                badges::take_back(conn, &[(member, &held)]).await?;
            }
            store::revoke(conn, member, &challenge.challenge, round.round, now).await?;
            // A round that was not open before may be done already.
            settle_member(ctx, conn, rules, compiled, &[member]).await?;
        }
    }
    Ok(())
}

async fn take_points(
    conn: &mut PgConnection,
    member: MemberId,
    accrual: (i64, i64),
    name: &str,
    now: Timestamp,
) -> Result<()> {
    let mut locked = ledger::lock_one(conn, member, now).await?;
    let draft = Draft {
        kind: Kind::Reversal,
        delta: Balances::default(),
        contra: Contra::Revoked,
        effective_at: now,
        document: None,
        reason: Some(format!("Challenge {name}: what it was for was returned")),
        trace: None,
    };
    ledger::take_back(conn, member, &mut locked, accrual, draft, now).await?;
    ledger::save_one(conn, member, locked).await
}

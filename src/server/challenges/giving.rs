//! What a completed round gives, in the transaction that completed it; and what a return takes back.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use super::{
    settle_member,
    store::{self, Given},
};
use crate::{
    domain::{
        badge::{Award, Held, Level, Revoke},
        challenge::{Challenge, ChallengeRule, Completion, Reward},
        earning::Rulebook,
        ids::{MemberId, RewardId},
        ledger::{Balances, Contra, Draft, Kind},
        lots::Terms,
    },
    server::{
        badges,
        context::Context,
        documents::{self, Claim, Claimed},
        error::Result,
        events::{self, Event, EventKind},
        ledger::{self, Lots},
        rewards::{self, Wish},
    },
};

/// Documents of ours, as leaderboards have theirs.
const SOURCE: &str = "challenge";

/// A round that somebody completed, with its challenge.
struct Won<'a> {
    member: MemberId,
    round: &'a Completion,
    challenge: &'a Challenge,
    claim: Claim,
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
    let fresh = claim(ctx, conn, &won).await?;
    let now = ctx.clock.now();
    let mut given = give_points(conn, rules, &fresh, now).await?;
    given.extend(give_badges(conn, &fresh, now).await?);
    given.extend(give_vouchers(ctx, conn, &fresh).await?);
    let told = won.iter().map(|one| {
        let missed = "This round was given before".to_owned();
        let given = given.remove(&one.claim.key).unwrap_or(Worth::Missed(missed));
        (one.member, one.challenge.challenge.as_str(), row(one.round, given))
    });
    let rows: Vec<(MemberId, &str, Given)> = told.collect();
    store::insert_completions(conn, &rows, now).await?;
    let happened: Vec<Event> =
        won.iter().zip(&rows).flat_map(|(one, (.., given))| happened(one, given)).collect();
    events::publish(conn, &happened, now).await
}

/// What was given for one round.
enum Worth {
    Points { points: i64, entry_no: i64 },
    Badge(String, Level),
    Voucher(uuid::Uuid),
    Missed(String),
}

type All = HashMap<documents::DocumentKey, Worth>;

fn won<'a>(rules: &'a Rulebook, member: MemberId, round: &'a Completion) -> Option<Won<'a>> {
    let challenge = &rules.game.challenge(&round.challenge)?.challenge;
    let document = format!("{}/{}/{member}", round.challenge, round.round);
    let key = documents::key(SOURCE, &document);
    let claim = Claim { key, request_hash: documents::request_hash(document.as_bytes()), member_id: member };
    Some(Won { member, round, challenge, claim, document })
}

/// Claims the documents; gives those that are ours to book.
async fn claim<'w, 'a>(
    ctx: &Context,
    conn: &mut PgConnection,
    won: &'w [Won<'a>],
) -> Result<Vec<&'w Won<'a>>> {
    let claims: Vec<Claim> = won.iter().map(|one| one.claim).collect();
    let claimed = documents::claim(conn, "adjustment", &claims, ctx.clock.now()).await?;
    let fresh = won.iter().zip(claimed).filter(|(_, claimed)| *claimed == Claimed::New);
    Ok(fresh.map(|(one, _)| one).collect())
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
    let again = if one.challenge.rule.rounds > 1 { format!(", round {round}") } else { String::new() };
    let told = format!("Challenge {}{again}, {from} to {on}: {}", one.challenge.name, steps.join("; "));
    told.chars().take(300).collect()
}

async fn give_points(
    conn: &mut PgConnection,
    rules: &Rulebook,
    fresh: &[&Won<'_>],
    now: Timestamp,
) -> Result<All> {
    let worth = |one: &&&Won<'_>| matches!(one.challenge.rule.reward, Reward::Points(_));
    let paid: Vec<&&Won<'_>> = fresh.iter().filter(worth).collect();
    let mut members: Vec<MemberId> = paid.iter().map(|one| one.member).collect();
    members.sort_unstable();
    members.dedup();
    let mut accounts = if members.is_empty() {
        BTreeMap::new()
    } else {
        ledger::lock(conn, &members, Lots::WhenDue, now).await?
    };
    let mut given = All::new();
    for one in paid {
        let Reward::Points(points) = one.challenge.rule.reward else { continue };
        let Some(locked) = accounts.get_mut(&one.member) else { continue };
        locked.account.settle(now).map_err(ledger::negative)?;
        let draft = Draft {
            kind: Kind::Adjustment,
            delta: Balances::default(),
            contra: Contra::Adjusted,
            effective_at: now,
            document: Some(one.claim.key),
            reason: Some(reason(one)),
            trace: None,
        };
        // Like all prizes, the points can be spent at once.
        let expires_at = rules.program.points_expiry.expires_at(now, &rules.zone());
        let terms = Terms { activates_at: now, expires_at };
        locked.account.accrue(draft, points, terms, now).map_err(ledger::negative)?;
        let entry_no = locked.account.wallet.version;
        given.insert(one.claim.key, Worth::Points { points, entry_no });
    }
    ledger::save(conn, &accounts).await?;
    Ok(given)
}

async fn give_badges(conn: &mut PgConnection, fresh: &[&Won<'_>], now: Timestamp) -> Result<All> {
    let mut given = All::new();
    let mut awards: Vec<(MemberId, Award)> = Vec::new();
    for one in fresh {
        let Reward::Badge { badge, level } = &one.challenge.rule.reward else { continue };
        let (badge, level) = (badge.clone(), *level);
        given.insert(one.claim.key, Worth::Badge(badge.clone(), level));
        awards.push((one.member, Award { badge, level, period: String::new(), awarded_at: one.round.at }));
    }
    let awards: Vec<(MemberId, &Award)> = awards.iter().map(|(member, award)| (*member, award)).collect();
    badges::insert_awards(conn, &awards, now).await?;
    Ok(given)
}

/// Vouchers of what is gone are missed: the challenge is completed all the same, and says why.
async fn give_vouchers(ctx: &Context, conn: &mut PgConnection, fresh: &[&Won<'_>]) -> Result<All> {
    let gift = |one: &&Won<'_>| match one.challenge.rule.reward {
        Reward::Voucher(reward_id) => Some((one.claim.key, one.member, reward_id, one.document.clone())),
        _ => None,
    };
    let wanted: Vec<(documents::DocumentKey, MemberId, RewardId, String)> =
        fresh.iter().filter_map(gift).collect();
    let gifts: Vec<Wish<'_>> = wanted
        .iter()
        .map(|(key, member, reward_id, document)| Wish {
            member: *member,
            reward_id: *reward_id,
            key: *key,
            document: (SOURCE, document),
            is_gift: true,
        })
        .collect();
    if gifts.is_empty() {
        return Ok(All::new());
    }
    let answers = rewards::give(ctx, conn, &gifts).await?;
    let told = wanted.iter().zip(answers).map(|((key, ..), answer)| {
        let given = match answer {
            Ok(redemption) => Worth::Voucher(redemption.redemption_id.0),
            Err(refusal) => Worth::Missed(refusal.message.chars().take(300).collect()),
        };
        (*key, given)
    });
    Ok(told.collect())
}

fn happened(one: &Won<'_>, given: &Given) -> Vec<Event> {
    let event = |kind, points, body| Event {
        kind,
        member_id: one.member,
        points,
        effective_at: one.round.at,
        body: Some(body),
    };
    let challenge = &one.challenge.challenge;
    let body = json!({ "challenge": challenge, "round": one.round.round, "missed": given.missed });
    let mut events = vec![event(EventKind::ChallengeCompleted, 0, body)];
    if let Some(points) = given.points {
        let body = json!({ "reason": reason(one), "challenge": challenge });
        events.push(event(EventKind::PointsAdjusted, points, body));
    }
    if let Some((badge, level)) = &given.badge {
        let body = json!({ "badge": badge, "level": level });
        events.push(event(EventKind::BadgeAwarded, 0, body));
    }
    events
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

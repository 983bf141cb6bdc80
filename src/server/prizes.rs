//! What the programme gives by itself, for a rank, a streak or a challenge: points, a badge or a voucher.
//! Each has a document of its own, so that it is given once; points can be spent at once, and count on no
//! board.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::{
    badges,
    context::Context,
    documents::{self, Claim, Claimed},
    error::Result,
    events::{self, Event, EventKind},
    ledger::{self, Lots},
    rewards::{self, Wish},
    rules,
};
use crate::domain::{
    badge::{Award, Level},
    challenge::Reward,
    ids::MemberId,
    ledger::{Balances, Contra, Draft, Kind},
    lots::Terms,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prize {
    pub member: MemberId,
    /// Names the document, together with `id`.
    pub source: &'static str,
    pub id: String,
    pub worth: Reward,
    /// The member sees it.
    pub reason: String,
    /// What it is for, beside the reason, for those who listen.
    pub about: Map<String, Value>,
    /// When that happened which it is for.
    pub at: Timestamp,
}

/// What was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Points {
        points: i64,
        entry_no: i64,
    },
    Badge(String, Level),
    /// A redemption.
    Voucher(uuid::Uuid),
    /// Why there is no voucher: the prize is had all the same, and says so.
    Missed(String),
}

/// What is wrong with a prize that could not be given, and where: `badge` or `voucher`.
pub async fn wrong(conn: &mut PgConnection, worth: &Reward) -> Result<Option<(&'static str, &'static str)>> {
    match worth {
        Reward::Points(_) => Ok(None),
        Reward::Badge { badge, level } => {
            let live = rules::live_badges(conn).await?;
            let found = live.iter().find(|one| one.badge == *badge);
            if !found.is_some_and(|one| one.rule.levels.iter().any(|step| step.level == *level)) {
                return Ok(Some(("badge", "No live badge has this name and level")));
            }
            // What the badge's own rule would take back again could not be kept.
            let kept = found.is_some_and(|one| one.rule.revoke.is_never() && one.rule.repeat.is_none());
            let how = "Choose a badge that is kept once it is had, and not repeated";
            Ok((!kept).then_some(("badge", how)))
        }
        Reward::Voucher(id) => {
            let live = rewards::find(conn, *id).await?.is_some_and(|reward| reward.is_live());
            Ok((!live).then_some(("voucher", "Choose a reward that is in the catalogue")))
        }
    }
}

/// A prize that is given now, with its document.
type Fresh = (Prize, Claim);

/// Gives prizes in the caller's transaction, and tells what was given for those that were not given before.
pub async fn give(ctx: &Context, conn: &mut PgConnection, prizes: Vec<Prize>) -> Result<Vec<(Prize, Given)>> {
    if prizes.is_empty() {
        return Ok(Vec::new());
    }
    let claim = |prize: &Prize| Claim {
        key: documents::key(prize.source, &prize.id),
        request_hash: documents::request_hash(prize.id.as_bytes()),
        member_id: prize.member,
    };
    let claims: Vec<Claim> = prizes.iter().map(claim).collect();
    let claimed = documents::claim(conn, "adjustment", &claims, ctx.clock.now()).await?;
    let fresh = prizes.into_iter().zip(claims).zip(claimed);
    let fresh: Vec<Fresh> =
        fresh.filter(|(_, claimed)| *claimed == Claimed::New).map(|(new, _)| new).collect();
    let is = |of: fn(&Reward) -> bool| fresh.iter().filter(move |(prize, _)| of(&prize.worth)).collect();
    let points: Vec<&Fresh> = is(|worth| matches!(worth, Reward::Points(_)));
    let badges: Vec<&Fresh> = is(|worth| matches!(worth, Reward::Badge { .. }));
    let vouchers: Vec<&Fresh> = is(|worth| matches!(worth, Reward::Voucher(_)));
    let mut given = give_points(ctx, conn, &points).await?;
    given.extend(give_badges(conn, &badges, ctx.clock.now()).await?);
    given.extend(give_vouchers(ctx, conn, &vouchers).await?);
    let happened: Vec<Event> = given.iter().filter_map(|(prize, given)| happened(prize, given)).collect();
    events::publish(conn, &happened, ctx.clock.now()).await?;
    Ok(given)
}

async fn give_points(
    ctx: &Context,
    conn: &mut PgConnection,
    fresh: &[&Fresh],
) -> Result<Vec<(Prize, Given)>> {
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let rules = rules::current(ctx, conn).await?;
    let mut members: Vec<MemberId> = fresh.iter().map(|(prize, _)| prize.member).collect();
    members.sort_unstable();
    members.dedup();
    let mut accounts = ledger::lock(conn, &members, Lots::WhenDue, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    // A prize can be spent at once, like all that is given by hand.
    let expires_at = rules.program.points_expiry.expires_at(now, &rules.zone());
    let terms = Terms { activates_at: now, expires_at };
    let mut given = Vec::with_capacity(fresh.len());
    for (prize, claim) in fresh {
        let Reward::Points(points) = prize.worth else { continue };
        let Some(locked) = accounts.get_mut(&prize.member) else { continue };
        locked.account.settle(now).map_err(ledger::negative)?;
        let draft = Draft {
            kind: Kind::Adjustment,
            delta: Balances::default(),
            contra: Contra::Adjusted,
            effective_at: now,
            document: Some(claim.key),
            reason: Some(prize.reason.clone()),
            trace: None,
        };
        locked.account.accrue(draft, points, terms, now).map_err(ledger::negative)?;
        given.push((prize.clone(), Given::Points { points, entry_no: locked.account.wallet.version }));
    }
    ledger::save(conn, &accounts).await?;
    Ok(given)
}

async fn give_badges(
    conn: &mut PgConnection,
    fresh: &[&Fresh],
    now: Timestamp,
) -> Result<Vec<(Prize, Given)>> {
    let mut given = Vec::with_capacity(fresh.len());
    let mut awards: Vec<(MemberId, Award)> = Vec::with_capacity(fresh.len());
    for (prize, _) in fresh {
        let Reward::Badge { badge, level } = &prize.worth else { continue };
        let (badge, level) = (badge.clone(), *level);
        given.push((prize.clone(), Given::Badge(badge.clone(), level)));
        awards.push((prize.member, Award { badge, level, period: String::new(), awarded_at: prize.at }));
    }
    let awards: Vec<(MemberId, &Award)> = awards.iter().map(|(member, award)| (*member, award)).collect();
    badges::insert_awards(conn, &awards, now).await?;
    Ok(given)
}

/// Vouchers of what is gone are missed.
async fn give_vouchers(
    ctx: &Context,
    conn: &mut PgConnection,
    fresh: &[&Fresh],
) -> Result<Vec<(Prize, Given)>> {
    let gifts: Vec<Wish<'_>> = fresh.iter().filter_map(|fresh| gift(fresh)).collect();
    if gifts.is_empty() {
        return Ok(Vec::new());
    }
    let answers = rewards::give(ctx, conn, &gifts).await?;
    let told = fresh.iter().zip(answers).map(|((prize, _), answer)| {
        let given = match answer {
            Ok(redemption) => Given::Voucher(redemption.redemption_id.0),
            Err(refusal) => {
                // Nothing was to be paid.
                let why = refusal.message.trim_end_matches(" No points were taken.");
                Given::Missed(why.chars().take(300).collect())
            }
        };
        (prize.clone(), given)
    });
    Ok(told.collect())
}

fn gift((prize, claim): &Fresh) -> Option<Wish<'_>> {
    let Reward::Voucher(reward_id) = prize.worth else { return None };
    let document = (prize.source, prize.id.as_str());
    Some(Wish { member: prize.member, reward_id, key: claim.key, document, is_gift: true })
}

fn happened(prize: &Prize, given: &Given) -> Option<Event> {
    let event = |kind, points, body| Event {
        kind,
        member_id: prize.member,
        points,
        effective_at: prize.at,
        body: Some(body),
    };
    match given {
        Given::Points { points, .. } => {
            let mut body = prize.about.clone();
            body.insert("reason".to_owned(), Value::from(prize.reason.clone()));
            Some(event(EventKind::PointsAdjusted, *points, Value::Object(body)))
        }
        Given::Badge(badge, level) => {
            Some(event(EventKind::BadgeAwarded, 0, json!({ "badge": badge, "level": level })))
        }
        Given::Voucher(_) | Given::Missed(_) => None,
    }
}

//! Points that the programme gives by itself, for a rank or a streak: each has a document of its own, so that
//! it is given once, can be spent at once, and counts on no board.

use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{
    context::Context,
    documents::{self, Claim, Claimed},
    error::Result,
    events::{self, Event, EventKind},
    ledger::{self, Lots},
    rules,
};
use crate::domain::{
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
    pub points: i64,
    /// The member sees it.
    pub reason: String,
    /// What it is for, beside the reason, for those who listen.
    pub about: Map<String, Value>,
}

/// Gives prizes in the caller's transaction, and tells which of them were not given before.
pub async fn give(ctx: &Context, conn: &mut PgConnection, prizes: Vec<Prize>) -> Result<Vec<Prize>> {
    if prizes.is_empty() {
        return Ok(prizes);
    }
    let claim = |prize: &Prize| Claim {
        key: documents::key(prize.source, &prize.id),
        request_hash: documents::request_hash(prize.points.to_string().as_bytes()),
        member_id: prize.member,
    };
    let claims: Vec<Claim> = prizes.iter().map(claim).collect();
    let claimed = documents::claim(conn, "adjustment", &claims, ctx.clock.now()).await?;
    let fresh = prizes.into_iter().zip(claims).zip(claimed);
    let fresh: Vec<(Prize, Claim)> =
        fresh.filter(|(_, claimed)| *claimed == Claimed::New).map(|(new, _)| new).collect();
    let rules = rules::rulebook(conn).await?;
    let mut members: Vec<MemberId> = fresh.iter().map(|(prize, _)| prize.member).collect();
    members.sort_unstable();
    members.dedup();
    let mut accounts = ledger::lock(conn, &members, Lots::WhenDue, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    // A prize can be spent at once, like all that is given by hand.
    let expires_at = rules.program.points_expiry.expires_at(now, &rules.zone());
    let terms = Terms { activates_at: now, expires_at };
    let mut happened = Vec::with_capacity(fresh.len());
    let mut given = Vec::with_capacity(fresh.len());
    for (prize, claim) in fresh {
        let Some(locked) = accounts.get_mut(&prize.member) else { continue };
        let draft = Draft {
            kind: Kind::Adjustment,
            delta: Balances::default(),
            contra: Contra::Adjusted,
            effective_at: now,
            document: Some(claim.key),
            reason: Some(prize.reason.clone()),
            trace: None,
        };
        locked.account.accrue(draft, prize.points, terms, now).map_err(ledger::negative)?;
        let mut body = prize.about.clone();
        body.insert("reason".to_owned(), Value::from(prize.reason.clone()));
        happened.push(Event {
            kind: EventKind::PointsAdjusted,
            member_id: prize.member,
            points: prize.points,
            effective_at: now,
            body: Some(Value::Object(body)),
        });
        given.push(prize);
    }
    ledger::save(conn, &accounts).await?;
    events::publish(conn, &happened, now).await?;
    Ok(given)
}

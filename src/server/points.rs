//! Points that staff give or take by hand, with a reason. More than the program's limit needs a second
//! person: at once, or in parts within a day; and nobody raises the limit for themselves.

pub mod requests;
mod store;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    audit,
    context::Context,
    documents::{self, Claim, Claimed, DocumentKey},
    error::{Error, Result},
    events::{self, Event, EventKind},
    identity::Staff,
    ledger,
    members::erasing,
    wallets,
};
pub use store::Limit;

use crate::domain::{
    ids::MemberId,
    ledger::{Balances, Contra, Draft, Kind},
    refusal::{Code, FieldError, Refusal},
    text::said,
    wallet::POINTS,
};

/// The most points that one adjustment may give or take.
const MAX_ADJUSTMENT: i64 = 1_000_000;
/// What one person gives to one member in this time counts together.
const TOGETHER: SignedDuration = SignedDuration::from_hours(24);

/// Points to be given, or taken below zero.
#[derive(Debug, Clone, Copy)]
pub struct Adjustment<'a> {
    pub member: MemberId,
    pub wallet: &'a str,
    pub points: i64,
    /// The member sees it.
    pub reason: &'a str,
}

/// What became of an adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjusted {
    /// It is in the books; this is what the wallet holds now.
    Done(Balances),
    /// It is above the limit: another person has to approve it.
    Waiting,
}

/// Gives or takes redeemable points. See `adjust_in`.
pub async fn adjust(
    ctx: &Context,
    staff: &Staff,
    member: MemberId,
    points: i64,
    reason: &str,
    request_id: &str,
) -> Result<Adjusted> {
    adjust_in(ctx, staff, Adjustment { member, wallet: POINTS, points, reason }, request_id).await
}

/// Gives or takes points of any wallet, with a reason that the member sees. The same request again changes
/// nothing more. More than the program's limit becomes a request that another person has to approve.
///
/// Refuses `invalid` fields, and `insufficient_points` when more would be taken than the member can spend.
pub async fn adjust_in(
    ctx: &Context,
    staff: &Staff,
    adjustment: Adjustment<'_>,
    request_id: &str,
) -> Result<Adjusted> {
    let adjustment = Adjustment { reason: adjustment.reason.trim(), ..adjustment };
    check(adjustment)?;
    let Adjustment { member, wallet, points, reason } = adjustment;
    let document = documents::key("staff", request_id);
    let body = match wallet {
        POINTS => format!("adjust {member} {points} {reason}"),
        _ => format!("adjust {member} {wallet} {points} {reason}"),
    };
    let mut tx = ctx.pool.begin().await?;
    erasing::refuse_former(&mut tx, member).await?;
    erasing::refuse_names(&mut tx, member, ("reason", reason)).await?;
    if !claim(&mut tx, document, &body, member, ctx.clock.now()).await? {
        if requests::is_waiting(&mut tx, member, document).await? {
            return Ok(Adjusted::Waiting);
        }
        return Ok(Adjusted::Done(ledger::balances_in(ctx, wallet, member).await?));
    }
    wallets::kind(&mut tx, wallet).await?;
    let since = ctx.clock.now() - TOGETHER;
    let moved = store::moved_alone(&mut tx, staff, member, since).await?;
    if points.abs() + moved > store::limit(&mut tx, staff).await?.own {
        requests::ask(ctx, &mut tx, staff, adjustment, document).await?;
        tx.commit().await?;
        return Ok(Adjusted::Waiting);
    }
    let balances = book(ctx, &mut tx, staff, adjustment, document, "points.adjust").await?;
    tx.commit().await?;
    Ok(Adjusted::Done(balances))
}

/// Adjustments of more points than this need a second person.
pub async fn limit(ctx: &Context, by: &Staff) -> Result<Limit> {
    store::limit(&mut *ctx.pool.acquire().await?, by).await
}

/// Sets from how many points on an adjustment needs a second person. A higher limit holds for whoever sets it
/// only when somebody else has set it too. Refused: `invalid` at `limit`.
pub async fn set_limit(ctx: &Context, by: &Staff, limit: i64) -> Result<()> {
    if !(0..=MAX_ADJUSTMENT).contains(&limit) {
        return Err(Error::field("limit", "Give a whole number of points, 0 to 1,000,000"));
    }
    let mut tx = ctx.pool.begin().await?;
    let Limit { points: before, own } = store::limit(&mut tx, by).await?;
    store::set_limit(&mut tx, by, limit, own.min(limit)).await?;
    let change = audit::Change {
        action: "points.limit",
        subject: "adjustments".to_owned(),
        old: Some(json!({ "limit": before })),
        new: Some(json!({ "limit": limit })),
        reason: None,
    };
    audit::record(&mut tx, by, ctx.clock.now(), change).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether the document is ours to make an effect of, rather than known.
async fn claim(
    conn: &mut PgConnection,
    key: DocumentKey,
    body: &str,
    member_id: MemberId,
    now: Timestamp,
) -> Result<bool> {
    let request_hash = documents::request_hash(body.as_bytes());
    let claim = Claim { key, request_hash, member_id };
    match documents::claim(conn, "adjustment", &[claim], now).await?.first() {
        Some(Claimed::New) => Ok(true),
        Some(Claimed::Known) => Ok(false),
        _ => Err(Error::refused(
            Code::DocumentConflict,
            "This form was sent before with other figures. Open it again",
        )),
    }
}

fn check(adjustment: Adjustment<'_>) -> Result<()> {
    let mut wrong = Vec::new();
    if adjustment.points == 0 || adjustment.points.abs() > MAX_ADJUSTMENT {
        wrong.push(FieldError::new(
            "points",
            "Give a whole number of points up to 1,000,000; a minus takes them",
        ));
    }
    if said(adjustment.reason, 300).is_none() {
        wrong.push(FieldError::new("reason", "Say why, in up to 300 characters; the member will see it"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Refused(Refusal::invalid(wrong))) }
}

/// Writes an adjustment into the books: entry, audit log, event.
async fn book(
    ctx: &Context,
    conn: &mut PgConnection,
    staff: &Staff,
    adjustment: Adjustment<'_>,
    document: DocumentKey,
    action: &'static str,
) -> Result<Balances> {
    let Adjustment { member, wallet, points, reason } = adjustment;
    let kind = wallets::kind(conn, wallet).await?;
    let mut locked = ledger::lock_one_in(conn, wallet, member, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    let before = locked.account.wallet.balances;
    if before.available + points < 0 {
        let most = kind.counted(before.available);
        return Err(Error::refused(
            Code::InsufficientPoints,
            format!("The member can spend {most}; take no more than that"),
        ));
    }
    let draft = Draft {
        kind: Kind::Adjustment,
        delta: Balances::default(),
        contra: Contra::Adjusted,
        effective_at: now,
        document: Some(document),
        reason: Some(reason.to_owned()),
        trace: None,
    };
    let posted = if points > 0 {
        // What staff give can be spent at once; it lasts as long as any other points.
        let terms = wallets::terms(conn, &kind, now).await?;
        locked.account.accrue(draft, points, terms, now)
    } else {
        locked.account.spend(draft, -points, now)
    };
    posted.map_err(ledger::negative)?;
    let after = locked.account.wallet.balances;
    ledger::save_one(conn, member, locked).await?;
    let change = audit::Change {
        action,
        subject: format!("member {member}"),
        old: Some(json!({ "available": before.available })),
        new: Some(json!({ "available": after.available, "points": points, "wallet": wallet })),
        reason: Some(reason),
    };
    audit::record(conn, staff, now, change).await?;
    if wallet == POINTS {
        let (kind, body) = (EventKind::PointsAdjusted, Some(json!({ "reason": reason })));
        let event = Event { kind, member_id: member, points, effective_at: now, body };
        events::publish(conn, &[event], now).await?;
    }
    Ok(after)
}

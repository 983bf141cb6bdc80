//! Points that staff give or take by hand, with a reason.

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use super::{
    audit,
    context::Context,
    documents::{self, Claim, Claimed},
    error::{Error, Result},
    events::{self, Event, EventKind},
    identity::Staff,
    ledger::{self, Locked},
    rules,
};
use crate::domain::{
    expiry::terms,
    ids::MemberId,
    ledger::{Balances, Contra, Draft, Kind},
    points::grouped,
    refusal::{Code, FieldError, Refusal},
};

/// The most points that one adjustment may give or take.
const MAX_ADJUSTMENT: i64 = 1_000_000;

/// Gives or takes points, with a reason that the member sees. The same request again changes nothing more.
///
/// Refuses `invalid` fields, and `insufficient_points` when more would be taken than the member can spend.
pub async fn adjust(
    ctx: &Context,
    staff: &Staff,
    member: MemberId,
    points: i64,
    reason: &str,
    request_id: &str,
) -> Result<Balances> {
    let reason = reason.trim();
    check(points, reason)?;
    let mut tx = ctx.pool.begin().await?;
    let document = documents::key("staff", request_id);
    let request_hash = documents::request_hash(format!("adjust {member} {points} {reason}").as_bytes());
    let claim = Claim { key: document, request_hash, member_id: member };
    match documents::claim(&mut tx, "adjustment", &[claim], ctx.clock.now()).await?.first() {
        Some(Claimed::New) => {}
        Some(Claimed::Known) => return ledger::balances(ctx, member).await,
        _ => {
            return Err(Error::refused(
                Code::DocumentConflict,
                "This form was sent before with other figures. Open it again",
            ));
        }
    }
    let mut locked = ledger::lock_one(&mut tx, member, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    let before = locked.account.wallet.balances;
    if before.available + points < 0 {
        let most = grouped(before.available);
        return Err(Error::refused(
            Code::InsufficientPoints,
            format!("The member can spend {most} points; take no more than that"),
        ));
    }
    post(&mut tx, &mut locked, Adjustment { points, reason, document }, now).await?;
    let after = locked.account.wallet.balances;
    ledger::save_one(&mut tx, member, locked).await?;
    let change = audit::Change {
        action: "points.adjust",
        subject: format!("member {member}"),
        old: Some(json!({ "available": before.available })),
        new: Some(json!({ "available": after.available, "points": points })),
        reason: Some(reason),
    };
    audit::record(&mut tx, staff, now, change).await?;
    let (kind, body) = (EventKind::PointsAdjusted, Some(json!({ "reason": reason })));
    events::publish(&mut tx, &[Event { kind, member_id: member, points, effective_at: now, body }], now)
        .await?;
    tx.commit().await?;
    Ok(after)
}

fn check(points: i64, reason: &str) -> Result<()> {
    let mut wrong = Vec::new();
    if points == 0 || points.abs() > MAX_ADJUSTMENT {
        wrong.push(FieldError::new(
            "points",
            "Give a whole number of points up to 1,000,000; a minus takes them",
        ));
    }
    if reason.is_empty() || reason.chars().count() > 300 {
        wrong.push(FieldError::new("reason", "Say why, in up to 300 characters; the member will see it"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Refused(Refusal::invalid(wrong))) }
}

struct Adjustment<'a> {
    points: i64,
    reason: &'a str,
    document: documents::DocumentKey,
}

async fn post(
    conn: &mut PgConnection,
    locked: &mut Locked,
    adjustment: Adjustment<'_>,
    now: Timestamp,
) -> Result<()> {
    let rules = rules::rulebook(conn).await?;
    let draft = Draft {
        kind: Kind::Adjustment,
        delta: Balances::default(),
        contra: Contra::Adjusted,
        effective_at: now,
        document: Some(adjustment.document),
        reason: Some(adjustment.reason.to_owned()),
        trace: None,
    };
    let posted = if adjustment.points > 0 {
        // What staff give can be spent at once; it lasts as long as any other points.
        let terms = crate::domain::lots::Terms { activates_at: now, ..terms(&rules, now) };
        locked.account.accrue(draft, adjustment.points, terms, now)
    } else {
        locked.account.spend(draft, -adjustment.points, now)
    };
    posted.map_err(ledger::negative)
}

//! Holds: points that are set aside for a while, for a till or a shop that will take them later, or not.

mod store;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::{
    context::Context,
    documents::{self, Claim, Claimed, DocumentKey},
    error::{Error, Result},
    ledger,
};
use crate::domain::{
    ids::{HoldId, MemberId},
    ledger::{Balances, Contra, Draft, Kind},
    points::grouped,
    refusal::Code,
};

pub use store::Hold;

/// The longest that points may be set aside.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What is to be set aside.
#[derive(Debug, Clone)]
pub struct NewHold<'a> {
    pub wallet: &'a str,
    pub points: i64,
    /// The member sees it.
    pub reason: &'a str,
    /// How long it stands if nothing happens to it.
    pub lasts: SignedDuration,
}

/// Sets points of a member aside. The same document again gives the same hold, as it stands now.
///
/// Refuses `invalid` fields, `insufficient_points`, `wallet_frozen`, and `document_conflict`.
pub async fn hold(
    ctx: &Context,
    member: MemberId,
    new: &NewHold<'_>,
    (source, document_id): (&str, &str),
) -> Result<Hold> {
    check(new)?;
    let key = documents::key(source, document_id);
    let hold_id = hold_id_of(&key);
    let body = format!("hold {member} {} {} {} {}", new.wallet, new.points, new.lasts, new.reason);
    let mut tx = ctx.pool.begin().await?;
    if claim(&mut tx, "hold", key, &body, member, ctx.clock.now()).await? {
        let mut locked = ledger::lock_to_spend(&mut tx, new.wallet, member, ctx.clock.now()).await?;
        let now = ctx.clock.now();
        let available = locked.account.wallet.balances.available;
        if available < new.points {
            let message = format!("The member can spend {}; hold no more than that", grouped(available));
            return Err(Error::refused(Code::InsufficientPoints, message));
        }
        let draft = draft(Kind::Hold, Contra::Own, new.reason, key, now);
        locked.account.hold(draft, hold_id, new.points, now + new.lasts, now).map_err(ledger::negative)?;
        ledger::save_all(&mut tx, &[(member, &locked)]).await?;
    }
    let hold = find(&mut tx, member, hold_id).await?;
    tx.commit().await?;
    Ok(hold)
}

fn check(new: &NewHold<'_>) -> Result<()> {
    if new.points < 1 {
        return Err(Error::field("points", "Hold at least one point"));
    }
    if new.reason.trim().is_empty() || new.reason.chars().count() > 300 {
        return Err(Error::field("reason", "Say what for, in up to 300 characters; the member will see it"));
    }
    if new.lasts <= SignedDuration::ZERO || new.lasts > LONGEST {
        return Err(Error::field("expires_at", "A hold lasts up to 90 days; capture or release it before"));
    }
    Ok(())
}

/// A hold is named by its document, so that the same document finds the same hold.
fn hold_id_of(key: &DocumentKey) -> HoldId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&key[..16]);
    HoldId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Spends `points` of a hold, or all of it; what is left of it can be spent again.
///
/// Refuses `not_found`, `hold_ended`, `insufficient_points` when it holds less, and `document_conflict`.
pub async fn capture(
    ctx: &Context,
    member: MemberId,
    hold_id: HoldId,
    points: Option<i64>,
    (source, document_id): (&str, &str),
) -> Result<Hold> {
    let key = documents::key(source, document_id);
    let body = format!("capture {member} {hold_id} {points:?}");
    let mut tx = ctx.pool.begin().await?;
    if claim(&mut tx, "capture", key, &body, member, ctx.clock.now()).await? {
        let hold = find(&mut tx, member, hold_id).await?;
        let mut locked = ledger::lock_one_in(&mut tx, &hold.wallet, member, ctx.clock.now()).await?;
        let now = ctx.clock.now();
        let standing = locked.account.holds.iter().find(|standing| standing.hold_id == hold_id);
        let most = standing.ok_or_else(ended)?.points();
        let points = points.unwrap_or(most);
        if points < 1 || points > most {
            let message = format!("The hold has {}; capture from 1 to that", grouped(most));
            return Err(Error::refused(Code::InsufficientPoints, message));
        }
        let draft = draft(Kind::Redemption, Contra::Spent, &hold.reason, key, now);
        locked.account.capture(draft, hold_id, points, now).map_err(ledger::negative)?;
        ledger::save_all(&mut tx, &[(member, &locked)]).await?;
    }
    let hold = find(&mut tx, member, hold_id).await?;
    tx.commit().await?;
    Ok(hold)
}

/// Lets go of a hold: all of it can be spent again.
///
/// Refuses `not_found`, `hold_ended` and `document_conflict`.
pub async fn release(
    ctx: &Context,
    member: MemberId,
    hold_id: HoldId,
    (source, document_id): (&str, &str),
) -> Result<Hold> {
    let key = documents::key(source, document_id);
    let body = format!("release {member} {hold_id}");
    let mut tx = ctx.pool.begin().await?;
    if claim(&mut tx, "release", key, &body, member, ctx.clock.now()).await? {
        let hold = find(&mut tx, member, hold_id).await?;
        let mut locked = ledger::lock_one_in(&mut tx, &hold.wallet, member, ctx.clock.now()).await?;
        if locked.account.holds.iter().all(|standing| standing.hold_id != hold_id) {
            return Err(ended());
        }
        locked.account.release(hold_id, ctx.clock.now()).map_err(ledger::negative)?;
        ledger::save_all(&mut tx, &[(member, &locked)]).await?;
    }
    let hold = find(&mut tx, member, hold_id).await?;
    tx.commit().await?;
    Ok(hold)
}

/// The holds of a member that stand, the first to end first. Settled up to now when the balances were.
pub async fn standing(conn: &mut PgConnection, member: MemberId) -> Result<Vec<Hold>> {
    store::standing(conn, member).await
}

async fn find(conn: &mut PgConnection, member: MemberId, hold_id: HoldId) -> Result<Hold> {
    store::hold(conn, member, hold_id).await?.ok_or_else(|| Error::not_found("This hold"))
}

fn ended() -> Error {
    let message = "This hold was captured or released, or its time is over; nothing was changed";
    Error::refused(Code::HoldEnded, message)
}

/// Whether the document is ours to make an effect of, rather than known.
async fn claim(
    conn: &mut PgConnection,
    kind: &str,
    key: DocumentKey,
    body: &str,
    member_id: MemberId,
    now: Timestamp,
) -> Result<bool> {
    let request_hash = documents::request_hash(body.as_bytes());
    match documents::claim(conn, kind, &[Claim { key, request_hash, member_id }], now).await?.first() {
        Some(Claimed::New) => Ok(true),
        Some(Claimed::Known) => Ok(false),
        _ => Err(Error::refused(
            Code::DocumentConflict,
            "This document id was used for something else; give each its own id",
        )),
    }
}

fn draft(kind: Kind, contra: Contra, reason: &str, document: DocumentKey, at: Timestamp) -> Draft {
    Draft {
        kind,
        delta: Balances::default(),
        contra,
        effective_at: at,
        document: Some(document),
        reason: Some(reason.to_owned()),
        trace: None,
    }
}

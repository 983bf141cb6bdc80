//! Adjustments above the limit: one person asks, another approves or declines. Nobody decides their own.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Adjustment, book, claim, store};
use crate::{
    domain::{ids::MemberId, ledger::Balances, refusal::Code},
    server::{
        audit,
        context::Context,
        documents::{self, DocumentKey},
        error::{Error, Result},
        identity::Staff,
    },
};

pub use store::AdjustmentRequest;

/// A request is named by its document, so that the same form finds the same request.
fn request_id_of(key: &DocumentKey) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&key[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

pub(super) async fn ask(
    ctx: &Context,
    conn: &mut PgConnection,
    staff: &Staff,
    adjustment: Adjustment<'_>,
    document: DocumentKey,
) -> Result<()> {
    let now = ctx.clock.now();
    store::insert(conn, staff, request_id_of(&document), adjustment, now).await?;
    let change = audit::Change {
        action: "points.ask",
        subject: format!("member {}", adjustment.member),
        new: Some(json!({ "points": adjustment.points, "wallet": adjustment.wallet })),
        reason: Some(adjustment.reason),
        ..audit::Change::default()
    };
    audit::record(conn, staff, now, change).await
}

/// Whether a form became a request that nobody has decided yet.
pub(super) async fn is_waiting(
    conn: &mut PgConnection,
    member: MemberId,
    document: DocumentKey,
) -> Result<bool> {
    let found = store::lock(conn, member, request_id_of(&document)).await?;
    Ok(found.is_some_and(|(_, decided)| !decided))
}

/// The requests that wait for a second person, oldest first.
pub async fn waiting(ctx: &Context, _by: &Staff) -> Result<Vec<AdjustmentRequest>> {
    store::waiting(&mut *ctx.pool.acquire().await?).await
}

/// Approves a request and books it.
///
/// Refuses `forbidden` for one's own, `not_found`, `stale` when it was decided before, and
/// `insufficient_points` when more would be taken than the member can spend now.
pub async fn approve(ctx: &Context, staff: &Staff, member: MemberId, request_id: Uuid) -> Result<Balances> {
    let mut tx = ctx.pool.begin().await?;
    let request = open(&mut tx, staff, member, request_id).await?;
    let document = documents::key("approval", &request_id.to_string());
    claim(&mut tx, document, "approve", member, ctx.clock.now()).await?;
    let adjustment =
        Adjustment { member, wallet: &request.wallet, points: request.points, reason: &request.reason };
    let balances = book(ctx, &mut tx, staff, adjustment, document, "points.approve").await?;
    store::decide(&mut tx, staff, (member, request_id), true, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(balances)
}

/// Declines a request: nothing is booked.
///
/// Refuses `forbidden` for one's own, `not_found`, and `stale` when it was decided before.
pub async fn decline(ctx: &Context, staff: &Staff, member: MemberId, request_id: Uuid) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    let request = open(&mut tx, staff, member, request_id).await?;
    let now = ctx.clock.now();
    store::decide(&mut tx, staff, (member, request_id), false, now).await?;
    let change = audit::Change {
        action: "points.decline",
        subject: format!("member {member}"),
        old: Some(json!({ "points": request.points, "wallet": request.wallet })),
        reason: Some(&request.reason),
        ..audit::Change::default()
    };
    audit::record(&mut tx, staff, now, change).await?;
    tx.commit().await?;
    Ok(())
}

/// A request that is this person's to decide, locked.
async fn open(
    conn: &mut PgConnection,
    staff: &Staff,
    member: MemberId,
    request_id: Uuid,
) -> Result<AdjustmentRequest> {
    let found = store::lock(conn, member, request_id).await?;
    let (request, decided) = found.ok_or_else(|| Error::not_found("This request"))?;
    if decided {
        return Err(Error::refused(Code::Stale, "Somebody has decided this already; nothing was changed"));
    }
    if request.requested_by == staff.account_id {
        return Err(Error::refused(
            Code::Forbidden,
            "You asked for this yourself; somebody else has to decide",
        ));
    }
    Ok(request)
}

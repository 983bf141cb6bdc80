//! Vouchers where they are handed in: staff look one up by its code, see what it is, and take it, once.

use serde_json::json;

use super::store::{self, Redemption};
use crate::{
    domain::{
        refusal::{Code, Refusal},
        reward::read_code,
    },
    server::{
        audit::{self, Change},
        context::Context,
        error::{Error, Result},
        identity::Staff,
    },
};

/// The redemption behind a code, typed in any case, with or without dashes. Refused: `not_found`.
pub async fn look_up(ctx: &Context, _by: &Staff, code: &str) -> Result<Redemption> {
    let mut conn = ctx.pool.acquire().await?;
    let found = store::by_code(&mut conn, &read_code(code)).await?;
    let (member, id) = found.ok_or_else(|| Error::not_found("This voucher"))?;
    store::redemption(&mut conn, member, id).await
}

/// Takes a voucher for what it is for; who took it is in the audit log.
///
/// Refused: `not_found`, and `already_used` for one that was used, cancelled or has expired.
pub async fn take(ctx: &Context, by: &Staff, code: &str) -> Result<Redemption> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    let found = store::by_code(&mut tx, &read_code(code)).await?;
    let (member, id) = found.ok_or_else(|| Error::not_found("This voucher"))?;
    if !store::mark_used(&mut tx, member, id, now).await? {
        return Err(Error::Refused(gone(&store::redemption(&mut tx, member, id).await?)));
    }
    let redemption = store::redemption(&mut tx, member, id).await?;
    let change = Change {
        action: "voucher.take",
        subject: format!("member {member}"),
        old: None,
        new: Some(json!({ "reward": redemption.reward_name, "code": redemption.code })),
        reason: None,
    };
    audit::record(&mut tx, by, now, change).await?;
    tx.commit().await?;
    Ok(redemption)
}

/// Why a voucher can't be taken.
fn gone(redemption: &Redemption) -> Refusal {
    let why = match (redemption.used_at, redemption.cancelled_at) {
        (Some(_), _) => "was used already",
        (None, Some(_)) => "was cancelled, and its points are back with the member",
        (None, None) => "has expired",
    };
    Refusal::new(Code::AlreadyUsed, format!("Don't hand it out: this voucher {why}."))
}

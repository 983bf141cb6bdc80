//! Redemptions that a source sends under an id of its own. The answer for an id never changes: what was
//! issued is told as it was issued, and what was refused is refused again, whatever has changed meanwhile.

mod store;

use sqlx::PgConnection;

use super::{Redemption, issue, redemption_id_of};
use crate::{
    domain::{
        ids::{MemberId, RewardId},
        refusal::{Code, Refusal},
    },
    server::{
        context::Context,
        documents::{self, Claim, Claimed, DocumentKey},
        error::{Error, Result},
        identity, ledger,
    },
};

/// What was answered when a redemption was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub redemption: Redemption,
    /// Points that could be spent afterwards.
    pub balance: i64,
    /// It was sent before; nothing changed.
    pub replayed: bool,
}

/// Redeems a reward for a member on behalf of a source. Refused: `document_conflict`, and what `redeem`
/// refuses; a refusal by the rules stays the answer for this id.
pub async fn redeem_sent(
    ctx: &Context,
    member: MemberId,
    reward_id: RewardId,
    (source, document_id): (&str, &str),
) -> Result<Issued> {
    let key = documents::key(source, document_id);
    let mut tx = ctx.pool.begin().await?;
    let request_hash = documents::request_hash(format!("redeem {member} {reward_id}").as_bytes());
    let claim = Claim { key, request_hash, member_id: member };
    match documents::claim(&mut tx, "redemption", &[claim], ctx.clock.now()).await?.first() {
        Some(Claimed::New) => {}
        Some(Claimed::Known) => return told_before(&mut tx, member, key).await,
        _ => {
            let message = "This document id was used for something else; give each its own id";
            return Err(Error::refused(Code::DocumentConflict, message));
        }
    }
    match issue(ctx, &mut tx, member, reward_id, (source, document_id)).await {
        Ok(redemption) => {
            let balance = ledger::history::available_after(&mut tx, member, redemption.entry_no).await?;
            tx.commit().await?;
            Ok(Issued { redemption, balance, replayed: false })
        }
        // Every refusal comes before the first change, so all that is kept is that it was refused.
        Err(Error::Refused(refusal)) if is_by_the_rules(&refusal) => {
            store::insert_refusal(&mut tx, &key, &refusal).await?;
            tx.commit().await?;
            Err(refusal.into())
        }
        Err(error) => Err(error),
    }
}

fn is_by_the_rules(refusal: &Refusal) -> bool {
    use Code::{InsufficientPoints, LimitReached, NotEligible, OutOfStock, RewardInactive};
    matches!(refusal.code, InsufficientPoints | LimitReached | NotEligible | OutOfStock | RewardInactive)
}

async fn told_before(conn: &mut PgConnection, member: MemberId, key: DocumentKey) -> Result<Issued> {
    if let Some(refusal) = store::refusal(conn, &key).await? {
        return Err(refusal.into());
    }
    let redemption = super::store::redemption(conn, member, redemption_id_of(&key)).await?;
    let balance = ledger::history::available_after(conn, member, redemption.entry_no).await?;
    Ok(Issued { redemption, balance, replayed: true })
}

/// Cancels what a source redeemed; cancelling it again changes nothing. Gives the redemption and what the
/// member can spend now. Refused: `not_found`, `already_used`.
pub async fn cancel_sent(
    ctx: &Context,
    (source, document_id): (&str, &str),
    reason: &str,
) -> Result<(Redemption, i64)> {
    let key = documents::key(source, document_id);
    let found = {
        let mut conn = ctx.pool.acquire().await?;
        match documents::member_of(&mut conn, "redemption", &key).await? {
            Some(member) => Some(super::store::redemption(&mut conn, member, redemption_id_of(&key)).await?),
            None => None,
        }
    };
    let found = found.ok_or_else(|| Error::not_found("This redemption"))?;
    let (member, id) = (found.member_id, found.redemption_id);
    let redemption = if found.cancelled_at.is_some() {
        found
    } else {
        super::cancel(ctx, &identity::key_holder(source), member, id, reason).await?
    };
    Ok((redemption, ledger::balances(ctx, member).await?.available))
}

//! Rewards: redeeming, cancelling and using. The catalogue's editing stands in `catalogue`.
//!
//! Locks: the member's wallet first, stock last, always in this order.

pub mod catalogue;
mod issuing;
pub mod offers;
pub mod sent;
mod store;
pub mod till;

#[cfg(test)]
mod tests;

use jiff::SignedDuration;
use serde_json::json;
use sqlx::PgConnection;

use super::{
    audit,
    context::Context,
    documents::{self, Claim, Claimed, DocumentKey},
    error::{Error, Result},
    identity::{Member, Staff, addresses},
    ledger,
    members::erasing,
};
use crate::domain::{
    ids::{MemberId, RedemptionId, RewardId},
    ledger::{Balances, Contra, Draft, Kind},
    lots::Allocation,
    points::grouped,
    refusal::{Code, Refusal},
    reward::{self, WhyNot, opening::said as said_at},
    text::said,
};

pub use issuing::Wish;
use issuing::issue;
pub use store::{Redemption, Reward};

/// How long points last that come back after their lot has expired.
const GRACE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Redeems a reward for a member: takes the points, takes the stock, issues a voucher. The same request
/// again gives the same redemption.
///
/// Refuses `reward_inactive`, `not_eligible`, `not_yet`, `limit_reached`, `out_of_stock`,
/// `insufficient_points`, `wallet_frozen`, `address_unconfirmed`; nothing is taken.
pub async fn redeem(
    ctx: &Context,
    member: &Member,
    reward_id: RewardId,
    request_id: &str,
) -> Result<Redemption> {
    addresses::must_be_confirmed(ctx, member).await?;
    redeem_for(ctx, member.member_id, reward_id, ("web", request_id)).await
}

/// A reward of the catalogue, or one that was withdrawn.
pub async fn find(conn: &mut PgConnection, id: RewardId) -> Result<Option<Reward>> {
    store::reward(conn, id).await
}

/// The catalogue as it is open now.
pub async fn live(conn: &mut PgConnection) -> Result<Vec<Reward>> {
    store::live_rewards(conn).await
}

/// Gives rewards to members for something else than points; refuses each by itself, with nothing taken.
///
/// Refuses `reward_inactive`, `out_of_stock`, `not_found`.
pub async fn give(
    ctx: &Context,
    conn: &mut PgConnection,
    gifts: &[Wish<'_>],
) -> Result<Vec<std::result::Result<Redemption, Refusal>>> {
    let answers = issue(ctx, conn, gifts).await?.into_iter();
    Ok(answers.map(|answer| answer.map(|(redemption, _)| redemption)).collect())
}

/// Redeems on behalf of a document: a form, a till, a script.
pub async fn redeem_for(
    ctx: &Context,
    member: MemberId,
    reward_id: RewardId,
    (source, document_id): (&str, &str),
) -> Result<Redemption> {
    let key = documents::key(source, document_id);
    let redemption_id = redemption_id_of(&key);
    let mut tx = ctx.pool.begin().await?;
    let request_hash = documents::request_hash(format!("redeem {member} {reward_id}").as_bytes());
    let claim = Claim { key, request_hash, member_id: member };
    match documents::claim(&mut tx, "redemption", &[claim], ctx.clock.now()).await?.first() {
        Some(Claimed::New) => {}
        Some(Claimed::Known) => return store::redemption(&mut tx, member, redemption_id).await,
        _ => {
            return Err(Error::refused(
                Code::DocumentConflict,
                "This request was used for something else. Start again",
            ));
        }
    }
    let mut answers = issue(
        ctx,
        &mut tx,
        &[Wish { member, reward_id, key, document: (source, document_id), is_gift: false }],
    )
    .await?;
    let answer = answers.pop().ok_or_else(|| Error::broken("a wish without an answer"))?;
    // Refused: the transaction ends here, and with it the claim.
    let (redemption, _) = answer?;
    tx.commit().await?;
    Ok(redemption)
}

/// A redemption is named by its document, so that the same document finds the same redemption.
fn redemption_id_of(key: &DocumentKey) -> RedemptionId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&key[..16]);
    RedemptionId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// What to tell the member, and what would change it.
#[must_use]
pub fn refusal(why: &WhyNot, name: &str) -> Refusal {
    match why {
        WhyNot::Inactive => {
            Refusal::new(Code::RewardInactive, format!("{name} is no longer in the catalogue."))
        }
        WhyNot::TierTooLow { tier } => Refusal::new(
            Code::NotEligible,
            format!("{name} is for {tier} members. Your way there is on your home page."),
        ),
        WhyNot::NotYet { from, opening } => {
            let (from, opens) = (said_at(*from), opening.words());
            let early = if opening.early.is_empty() { String::new() } else { format!(" It opens {opens}.") };
            Refusal::new(
                Code::NotYet,
                format!("You can have {name} from {from}.{early} No points were taken."),
            )
        }
        WhyNot::LimitReached { limit: 1 } => Refusal::new(
            Code::LimitReached,
            format!("You have had {name} already; it is once for each member."),
        ),
        WhyNot::LimitReached { limit } => Refusal::new(
            Code::LimitReached,
            format!("You have had {name} {limit} times, which is as often as it goes."),
        ),
        WhyNot::OutOfStock => {
            Refusal::new(Code::OutOfStock, format!("{name} is sold out. No points were taken."))
        }
        WhyNot::PointsMissing { points } => Refusal {
            points_missing: Some(*points),
            ..Refusal::new(
                Code::InsufficientPoints,
                format!("You need {} more points for {name}.", grouped(*points)),
            )
        },
    }
}

/// Cancels a redemption that was not used: points go back to their lots, stock to its shelf.
///
/// Refuses `already_used` for one that was used or cancelled.
pub async fn cancel(
    ctx: &Context,
    staff: &Staff,
    member: MemberId,
    id: RedemptionId,
    reason: &str,
) -> Result<Redemption> {
    let Some(reason) = said(reason, 300) else {
        return Err(Error::field("reason", "Say why, in up to 300 characters; the member will see it"));
    };
    let mut tx = ctx.pool.begin().await?;
    erasing::refuse_names(&mut tx, member, ("reason", reason)).await?;
    let mut locked = ledger::lock_one(&mut tx, member, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    let redemption = store::redemption(&mut tx, member, id).await?;
    let Some(cancelled) = store::mark_cancelled(&mut tx, member, id, now, reason).await? else {
        return Err(Error::refused(
            Code::AlreadyUsed,
            "This voucher was used or cancelled already; nothing was changed.",
        ));
    };
    let document = cancelled.source.zip(cancelled.document_id);
    let taken = ledger::allocations(&mut tx, member, redemption.entry_no).await?;
    let taken: Vec<Allocation> =
        taken.into_iter().map(|(lot_no, points)| Allocation { lot_no, points }).collect();
    let numbers: Vec<i64> = taken.iter().map(|allocation| allocation.lot_no).collect();
    // Lots that the redemption emptied are not among the open ones.
    ledger::bring_lots(&mut tx, member, &mut locked, &numbers).await?;
    let draft = Draft {
        kind: Kind::Reversal,
        delta: Balances::default(),
        contra: Contra::Spent,
        effective_at: now,
        // What the source called the redemption: both entries are of the same document.
        document: document.map(|(source, document_id)| documents::key(&source, &document_id)),
        reason: Some(format!("{} cancelled: {reason}", redemption.reward_name)),
        trace: None,
    };
    locked.account.give_back(draft, &taken, now + GRACE, now).map_err(ledger::negative)?;
    ledger::save_one(&mut tx, member, locked).await?;
    if redemption.took_stock {
        store::give_stock_back(&mut tx, redemption.reward_id).await?;
    }
    let change = audit::Change {
        action: "redemption.cancel",
        subject: format!("member {member}"),
        old: Some(
            json!({ "redemption_id": id, "reward": redemption.reward_name, "price": redemption.price }),
        ),
        new: None,
        reason: Some(reason),
    };
    audit::record(&mut tx, staff, now, change).await?;
    tx.commit().await?;
    store::redemption(&mut *ctx.pool.acquire().await?, member, id).await
}

/// Uses a voucher at the till, once. The same document again, as a source and its id, finds it used.
///
/// Refuses `not_found`, `already_used` for one that was used, cancelled or has expired, and
/// `document_conflict` when the id was used for something else.
pub async fn use_voucher(ctx: &Context, code: &str, document: Option<(&str, &str)>) -> Result<Redemption> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    let code = reward::read_code(code);
    let (member, id) =
        store::by_code(&mut tx, &code).await?.ok_or_else(|| Error::not_found("This voucher"))?;
    if let Some((source, document_id)) = document {
        let request_hash = documents::request_hash(format!("use {code}").as_bytes());
        let claim = Claim { key: documents::key(source, document_id), request_hash, member_id: member };
        match documents::claim(&mut tx, "use", &[claim], now).await?.first() {
            Some(Claimed::New) => {}
            Some(Claimed::Known) => return store::redemption(&mut tx, member, id).await,
            _ => return Err(Error::refused(Code::DocumentConflict, "This id was used for something else")),
        }
    }
    if !store::mark_used(&mut tx, member, id, now).await? {
        return Err(Error::refused(
            Code::AlreadyUsed,
            "This voucher was used or cancelled, or it has expired.",
        ));
    }
    let redemption = store::redemption(&mut tx, member, id).await?;
    tx.commit().await?;
    Ok(redemption)
}

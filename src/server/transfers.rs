//! Points that move between two wallets of one member, at a rate that the program declares.

mod store;

use sqlx::PgConnection;

use super::{
    context::{Context, new_id},
    documents::{self, Claim, Claimed, DocumentKey},
    error::{Error, Result},
    ledger::{self, Locked},
    wallets,
};
use crate::domain::{
    ids::MemberId,
    ledger::{Balances, Contra, Draft, Kind},
    refusal::Code,
    wallet::WalletKind,
};

pub use store::Transfer;

/// A move that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct NewTransfer<'a> {
    pub from: &'a str,
    pub to: &'a str,
    /// How many points leave the first wallet.
    pub points: i64,
}

/// Moves points from one wallet of a member to another; the two entries are linked. The same document again
/// moves nothing more.
///
/// Refuses `not_eligible` where no rate is declared, `invalid` when the rate makes no whole number of it,
/// `insufficient_points`, `wallet_frozen` and `document_conflict`.
pub async fn transfer(
    ctx: &Context,
    member: MemberId,
    new: NewTransfer<'_>,
    (source, document_id): (&str, &str),
) -> Result<Transfer> {
    let key = documents::key(source, document_id);
    let NewTransfer { from, to, points } = new;
    let request_hash = documents::request_hash(format!("transfer {member} {from} {to} {points}").as_bytes());
    let mut tx = ctx.pool.begin().await?;
    let claim = Claim { key, request_hash, member_id: member };
    match documents::claim(&mut tx, "transfer", &[claim], ctx.clock.now()).await?.first() {
        Some(Claimed::New) => {}
        Some(Claimed::Known) => return store::by_document(&mut tx, member, key).await,
        _ => {
            return Err(Error::refused(
                Code::DocumentConflict,
                "This document id was used for something else; give each its own id",
            ));
        }
    }
    let moved = execute(ctx, &mut tx, member, new, key).await?;
    store::insert(&mut tx, member, &moved).await?;
    tx.commit().await?;
    Ok(moved)
}

async fn execute(
    ctx: &Context,
    conn: &mut PgConnection,
    member: MemberId,
    NewTransfer { from, to, points }: NewTransfer<'_>,
    key: DocumentKey,
) -> Result<Transfer> {
    let (from_kind, to_kind) = (wallets::kind(conn, from).await?, wallets::kind(conn, to).await?);
    let arriving = converted(conn, (&from_kind, &to_kind), points).await?;
    let (mut source, mut target) = lock(ctx, conn, member, (from, to)).await?;
    let now = ctx.clock.now();
    let available = source.account.wallet.balances.available;
    if available < points {
        let message = format!("There are {}; move no more than that", from_kind.counted(available));
        return Err(Error::refused(Code::InsufficientPoints, message));
    }
    let terms = wallets::terms(conn, &to_kind, now).await?;
    let draft = Draft {
        kind: Kind::Transfer,
        delta: Balances::default(),
        contra: Contra::Moved,
        effective_at: now,
        document: Some(key),
        reason: Some(format!("{} to {}", from_kind.counted(points), to_kind.counted(arriving))),
        trace: None,
    };
    source.account.spend(draft.clone(), points, now).map_err(ledger::negative)?;
    target.account.accrue(draft, arriving, terms, now).map_err(ledger::negative)?;
    ledger::save_all(conn, &[(member, &source), (member, &target)]).await?;
    Ok(Transfer {
        transfer_id: new_id(),
        from_wallet: from.to_owned(),
        from_entry_no: source.account.wallet.version,
        from_points: points,
        to_wallet: to.to_owned(),
        to_entry_no: target.account.wallet.version,
        to_points: arriving,
        transferred_at: now,
    })
}

/// What arrives of what leaves.
async fn converted(
    conn: &mut PgConnection,
    (from, to): (&WalletKind, &WalletKind),
    points: i64,
) -> Result<i64> {
    let Some(rate) = wallets::rate(conn, &from.wallet, &to.wallet).await? else {
        let message = format!("{} can't be turned into {}", from.name, to.name);
        return Err(Error::refused(Code::NotEligible, message));
    };
    rate.convert(points).ok_or_else(|| {
        let step = rate.step();
        let becomes = to.counted(rate.convert(step).unwrap_or_default());
        Error::field("points", format!("Move them in steps of {step}; each becomes {becomes}"))
    })
}

/// Several wallets are locked in the order of their names, whichever way the points go.
async fn lock(
    ctx: &Context,
    conn: &mut PgConnection,
    member: MemberId,
    (from, to): (&str, &str),
) -> Result<(Locked, Locked)> {
    let now = ctx.clock.now();
    if from < to {
        let source = ledger::lock_to_spend(conn, from, member, now).await?;
        return Ok((source, ledger::lock_one_in(conn, to, member, now).await?));
    }
    let target = ledger::lock_one_in(conn, to, member, now).await?;
    Ok((ledger::lock_to_spend(conn, from, member, now).await?, target))
}

//! Points accounting. It knows members by their id and documents by their key, and nobody else.
//!
//! A verb of another noun locks the accounts it needs, lets `domain` change them, and saves them in its own
//! transaction.

mod hash;
pub mod history;
mod store;

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::PgConnection;

pub use store::{accrual_of, allocations};

use super::{
    context::Context,
    error::{Error, Result},
    jobs::Pace,
};
use crate::domain::{
    ids::MemberId,
    ledger::{Balances, Draft, Entry, Negative},
    lots::{Account, TakenBack},
};

pub use hash::entry_hash;

/// A member's account under its lock, with what the chain of hashes needs.
#[derive(Debug)]
pub struct Locked {
    pub account: Account,
    last_hash: Vec<u8>,
}

/// Which lots a verb needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lots {
    /// Only those of wallets in which something is due: enough to earn.
    WhenDue,
    /// All that have points left: needed to spend.
    All,
}

/// Locks the wallets of these members, always in member order, so that no two batches wait for each other in
/// a circle.
pub async fn lock(
    conn: &mut PgConnection,
    members: &[MemberId],
    lots: Lots,
    now: Timestamp,
) -> Result<BTreeMap<MemberId, Locked>> {
    let wallets = store::lock_wallets(conn, members).await?;
    let due = |next: Option<Timestamp>| next.is_some_and(|at| at <= now);
    let wanted = wallets.iter().filter(|row| lots == Lots::All || due(row.wallet.next_due));
    let wanted: Vec<MemberId> = wanted.map(|row| row.member_id).collect();
    let mut loaded =
        if wanted.is_empty() { BTreeMap::new() } else { store::open_lots(conn, &wanted).await? };
    let accounts = wallets.into_iter().map(|row| {
        let account = if lots == Lots::All || due(row.wallet.next_due) {
            Account::new(row.wallet, loaded.remove(&row.member_id).unwrap_or_default())
        } else {
            Account::without_lots(row.wallet)
        };
        (row.member_id, Locked { account, last_hash: row.last_hash })
    });
    Ok(accounts.collect())
}

/// Locks one member's account with all its lots, and settles what is due.
pub async fn lock_one(conn: &mut PgConnection, member: MemberId, now: Timestamp) -> Result<Locked> {
    let mut accounts = lock(conn, &[member], Lots::All, now).await?;
    let mut locked = accounts.remove(&member).ok_or_else(|| Error::not_found("This member"))?;
    locked.account.settle(now).map_err(negative)?;
    Ok(locked)
}

/// Loads these lots of a locked account too, whether or not points are left in them.
pub async fn bring_lots(
    conn: &mut PgConnection,
    member: MemberId,
    locked: &mut Locked,
    numbers: &[i64],
) -> Result<()> {
    for lot in store::lots(conn, member, numbers).await? {
        if locked.account.lots.iter().all(|open| open.lot_no != lot.lot_no) {
            locked.account.lots.push(lot);
        }
    }
    Ok(())
}

/// Takes points of an accrual back, from an account that `lock_one` locked: see `Account::take_back`.
/// `accrual` is the number of its entry (`accrual_of`); never ask for more than it gave.
pub async fn take_back(
    conn: &mut PgConnection,
    member: MemberId,
    locked: &mut Locked,
    (accrual, points): (i64, i64),
    draft: Draft,
    now: Timestamp,
) -> Result<TakenBack> {
    bring_lots(conn, member, locked, &[accrual]).await?;
    locked.account.take_back(draft, accrual, points, now).map_err(negative)
}

/// Writes everything that changed in these accounts: entries with their hashes, lots, allocations, wallets.
pub async fn save(conn: &mut PgConnection, accounts: &BTreeMap<MemberId, Locked>) -> Result<()> {
    let changed: Vec<(MemberId, &Locked)> =
        accounts.iter().filter(|(_, l)| !l.account.entries.is_empty()).map(|(m, l)| (*m, l)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let mut entries: Vec<(MemberId, &Entry, Vec<u8>)> = Vec::new();
    let mut heads: Vec<(MemberId, &Locked, Vec<u8>)> = Vec::new();
    for (member, locked) in changed {
        let mut hash = locked.last_hash.clone();
        for entry in &locked.account.entries {
            hash = entry_hash(&hash, member, entry);
            entries.push((member, entry, hash.clone()));
        }
        heads.push((member, locked, hash));
    }
    store::insert_entries(conn, &entries).await?;
    store::save_lots(conn, &heads).await?;
    store::insert_allocations(conn, &heads).await?;
    store::update_wallets(conn, &heads).await
}

/// Saves one account.
pub async fn save_one(conn: &mut PgConnection, member: MemberId, locked: Locked) -> Result<()> {
    save(conn, &BTreeMap::from([(member, locked)])).await
}

/// A draft was refused by the arithmetic although the verb had checked before: ours to mend.
#[track_caller]
pub fn negative(refused: Negative) -> Error {
    Error::broken(refused)
}

/// What a member has, settled up to now: a background job that is late is never visible.
pub async fn balances(ctx: &Context, member: MemberId) -> Result<Balances> {
    let now = ctx.clock.now();
    let wallet = store::wallet(&mut *ctx.pool.acquire().await?, member).await?;
    let wallet = wallet.ok_or_else(|| Error::not_found("This member"))?;
    if wallet.next_due.is_none_or(|due| due > now) {
        return Ok(wallet.balances);
    }
    settle(ctx, &[member]).await?;
    let wallet = store::wallet(&mut *ctx.pool.acquire().await?, member).await?;
    Ok(wallet.map(|wallet| wallet.balances).unwrap_or_default())
}

/// Activates and expires what is due for these members.
pub async fn settle(ctx: &Context, members: &[MemberId]) -> Result<()> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    let mut accounts = lock(&mut tx, members, Lots::WhenDue, now).await?;
    for locked in accounts.values_mut() {
        locked.account.settle(now).map_err(negative)?;
    }
    save(&mut tx, &accounts).await?;
    tx.commit().await?;
    Ok(())
}

/// The sweeper's round: settles idle members, some hundreds at a time.
pub async fn sweep_step(ctx: Context) -> Result<Pace> {
    let due = store::members_due(&mut *ctx.pool.acquire().await?, ctx.clock.now(), 500).await?;
    if due.is_empty() {
        return Ok(Pace::Rest);
    }
    settle(&ctx, &due).await?;
    Ok(Pace::More)
}

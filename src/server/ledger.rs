//! Points accounting. It knows members by their id and documents by their key, and nobody else.
//!
//! A verb of another noun locks the accounts it needs, lets `domain` change them, and saves them in its own
//! transaction.

pub mod anchors;
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
    refusal::{Code, Refusal},
    wallet::POINTS,
};

pub use hash::{beginning, entry_hash};

/// A member's account in one wallet under its lock, with what the chain of hashes needs.
#[derive(Debug)]
pub struct Locked {
    pub account: Account,
    wallet: String,
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

/// Locks the points of these members, always in member order, so that no two batches wait for each other in
/// a circle.
pub async fn lock(
    conn: &mut PgConnection,
    members: &[MemberId],
    lots: Lots,
    now: Timestamp,
) -> Result<BTreeMap<MemberId, Locked>> {
    lock_in(conn, POINTS, members, lots, now).await
}

/// Locks one wallet of these members. Who locks several wallets locks them in the order of their names, and
/// of one member only.
pub async fn lock_in(
    conn: &mut PgConnection,
    wallet: &str,
    members: &[MemberId],
    lots: Lots,
    now: Timestamp,
) -> Result<BTreeMap<MemberId, Locked>> {
    let rows = store::lock_wallets(conn, wallet, members).await?;
    let full = |row: &store::WalletRow| lots == Lots::All || row.wallet.next_due.is_some_and(|at| at <= now);
    let wanted: Vec<MemberId> = rows.iter().filter(|row| full(row)).map(|row| row.member_id).collect();
    let mut open =
        if wanted.is_empty() { BTreeMap::new() } else { store::open_lots(conn, wallet, &wanted).await? };
    let holding = rows.iter().filter(|row| full(row) && row.wallet.balances.held > 0);
    let holding: Vec<MemberId> = holding.map(|row| row.member_id).collect();
    let mut accounts = BTreeMap::new();
    for row in rows {
        let mut account = if full(&row) {
            Account::new(row.wallet, open.remove(&row.member_id).unwrap_or_default())
        } else {
            Account::without_lots(row.wallet)
        };
        account.inactivity = row.inactivity;
        let wallet = wallet.to_owned();
        accounts.insert(row.member_id, Locked { account, wallet, last_hash: row.last_hash });
    }
    bring_holds(conn, wallet, &holding, &mut accounts).await?;
    Ok(accounts)
}

/// Loads what these members hold, with the lots it came from.
async fn bring_holds(
    conn: &mut PgConnection,
    wallet: &str,
    holding: &[MemberId],
    accounts: &mut BTreeMap<MemberId, Locked>,
) -> Result<()> {
    if holding.is_empty() {
        return Ok(());
    }
    for (member, holds) in store::holds::standing(conn, wallet, holding).await? {
        let Some(locked) = accounts.get_mut(&member) else { continue };
        let lots = holds.iter().flat_map(|hold| &hold.taken).map(|allocation| allocation.lot_no);
        let lots: Vec<i64> = lots.collect();
        bring_lots(conn, member, locked, &lots).await?;
        locked.account.holds = holds;
    }
    Ok(())
}

/// Locks one member's points with all lots, and settles what is due.
pub async fn lock_one(conn: &mut PgConnection, member: MemberId, now: Timestamp) -> Result<Locked> {
    lock_one_in(conn, POINTS, member, now).await
}

/// Locks one wallet of a member with all its lots, and settles what is due. A wallet that the member did not
/// have yet is made.
pub async fn lock_one_in(
    conn: &mut PgConnection,
    wallet: &str,
    member: MemberId,
    now: Timestamp,
) -> Result<Locked> {
    if wallet != POINTS {
        store::ensure_wallet(conn, wallet, member, now).await?;
    }
    let mut accounts = lock_in(conn, wallet, &[member], Lots::All, now).await?;
    let mut locked = accounts.remove(&member).ok_or_else(|| Error::not_found("This member"))?;
    locked.account.settle(now).map_err(negative)?;
    Ok(locked)
}

/// The same, for who is going to spend, hold or move points.
///
/// Refuses `wallet_frozen`.
pub async fn lock_to_spend(
    conn: &mut PgConnection,
    wallet: &str,
    member: MemberId,
    now: Timestamp,
) -> Result<Locked> {
    let locked = lock_one_in(conn, wallet, member, now).await?;
    if !frozen(conn, wallet, &[member]).await?.is_empty() {
        return Err(is_frozen().into());
    }
    Ok(locked)
}

/// Those of these members from whose wallet nothing may be spent.
pub async fn frozen(conn: &mut PgConnection, wallet: &str, members: &[MemberId]) -> Result<Vec<MemberId>> {
    store::frozen(conn, wallet, members).await
}

/// What they are told.
#[must_use]
pub fn is_frozen() -> Refusal {
    let message = "This wallet is frozen: nothing can be spent from it. Ask the shop's staff to look at it";
    Refusal::new(Code::WalletFrozen, message)
}

/// Loads these lots of a locked account too, whether or not points are left in them.
pub async fn bring_lots(
    conn: &mut PgConnection,
    member: MemberId,
    locked: &mut Locked,
    numbers: &[i64],
) -> Result<()> {
    for lot in store::lots(conn, &locked.wallet, member, numbers).await? {
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
    let accounts: Vec<(MemberId, &Locked)> =
        accounts.iter().map(|(member, locked)| (*member, locked)).collect();
    save_all(conn, &accounts).await
}

/// The same for accounts that may be several wallets of one member.
pub async fn save_all(conn: &mut PgConnection, accounts: &[(MemberId, &Locked)]) -> Result<()> {
    let changed: Vec<&(MemberId, &Locked)> =
        accounts.iter().filter(|(_, locked)| !locked.account.entries.is_empty()).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let mut entries: Vec<(MemberId, &str, &Entry, Vec<u8>)> = Vec::new();
    let mut heads: Vec<(MemberId, &Locked, Vec<u8>)> = Vec::new();
    for (member, locked) in changed {
        let mut hash = locked.last_hash.clone();
        if hash.is_empty() {
            hash = beginning(&locked.wallet);
        }
        for entry in &locked.account.entries {
            hash = entry_hash(&hash, *member, entry);
            entries.push((*member, &locked.wallet, entry, hash.clone()));
        }
        heads.push((*member, locked, hash));
    }
    store::entries::insert(conn, &entries).await?;
    store::save_lots(conn, &heads).await?;
    store::insert_allocations(conn, &heads).await?;
    store::holds::save(conn, &heads).await?;
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

/// What points a member has, settled up to now: a background job that is late is never visible.
pub async fn balances(ctx: &Context, member: MemberId) -> Result<Balances> {
    balances_in(ctx, POINTS, member).await
}

/// The same for any wallet of a member.
pub async fn balances_in(ctx: &Context, wallet: &str, member: MemberId) -> Result<Balances> {
    let now = ctx.clock.now();
    let found = store::wallet(&mut *ctx.pool.acquire().await?, wallet, member).await?;
    let found = found.ok_or_else(|| Error::not_found("This member"))?;
    if found.next_due.is_none_or(|due| due > now) {
        return Ok(found.balances);
    }
    settle_in(ctx, wallet, &[member]).await?;
    let found = store::wallet(&mut *ctx.pool.acquire().await?, wallet, member).await?;
    Ok(found.map(|wallet| wallet.balances).unwrap_or_default())
}

/// A member's points with their lots, to be looked at and not to be saved: nothing is locked.
pub async fn peek(conn: &mut PgConnection, member: MemberId) -> Result<Account> {
    let found = store::wallet(conn, POINTS, member).await?.ok_or_else(|| Error::not_found("This member"))?;
    let holding: Vec<MemberId> = (found.balances.held > 0).then_some(member).into_iter().collect();
    let lots = store::open_lots(conn, POINTS, &[member]).await?.remove(&member).unwrap_or_default();
    let account = Account::new(found, lots);
    let locked = Locked { account, wallet: POINTS.to_owned(), last_hash: Vec::new() };
    let mut accounts = BTreeMap::from([(member, locked)]);
    bring_holds(conn, POINTS, &holding, &mut accounts).await?;
    let locked = accounts.remove(&member).ok_or_else(|| Error::broken("an account that was just read"))?;
    Ok(locked.account)
}

/// Activates and expires what is due of these members' points.
pub async fn settle(ctx: &Context, members: &[MemberId]) -> Result<()> {
    settle_in(ctx, POINTS, members).await
}

async fn settle_in(ctx: &Context, wallet: &str, members: &[MemberId]) -> Result<()> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    let mut accounts = lock_in(&mut tx, wallet, members, Lots::WhenDue, now).await?;
    for locked in accounts.values_mut() {
        locked.account.settle(now).map_err(negative)?;
    }
    save(&mut tx, &accounts).await?;
    tx.commit().await?;
    Ok(())
}

/// The sweeper's round: settles idle members, some hundreds at a time, one wallet after the other.
pub async fn sweep_step(ctx: Context) -> Result<Pace> {
    let due = store::wallets_due(&mut *ctx.pool.acquire().await?, ctx.clock.now(), 500).await?;
    if due.is_empty() {
        return Ok(Pace::Rest);
    }
    for (wallet, members) in due {
        settle_in(&ctx, &wallet, &members).await?;
    }
    Ok(Pace::More)
}

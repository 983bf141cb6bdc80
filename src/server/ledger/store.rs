//! The ledger's statements. Each writes a whole batch.

pub mod entries;
pub mod holds;

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Locked;
use crate::{
    domain::{
        expiry::{Expiry, Inactivity},
        ids::MemberId,
        ledger::{Balances, Wallet},
        lots::Lot,
    },
    server::error::Result,
};

pub struct WalletRow {
    pub member_id: MemberId,
    pub wallet: Wallet,
    pub last_hash: Vec<u8>,
    pub inactivity: Option<Inactivity>,
}

fn uuids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.0).collect()
}

pub async fn lock_wallets(
    conn: &mut PgConnection,
    wallet: &str,
    members: &[MemberId],
) -> Result<Vec<WalletRow>> {
    let rows = sqlx::query!(
        "select w.member_id, w.available, w.held, w.pending, w.debt, w.earned, w.version, w.last_hash,
             w.last_recorded_at, w.next_due, w.lapses_at, k.expiry, k.expiry_span, p.time_zone
         from wallets w join wallet_kinds k using (wallet) cross join programs p
         where w.wallet = $1 and w.member_id = any($2) order by w.member_id for update of w",
        wallet,
        &uuids(members)
    )
    .fetch_all(conn)
    .await?;
    let wallet = rows.into_iter().map(|row| WalletRow {
        member_id: MemberId(row.member_id),
        wallet: Wallet {
            balances: Balances {
                available: row.available,
                held: row.held,
                pending: row.pending,
                debt: row.debt,
            },
            earned: row.earned,
            version: row.version,
            last_recorded_at: row.last_recorded_at.to_jiff(),
            next_due: row.next_due.map(jiff_sqlx::Timestamp::to_jiff),
            lapses_at: row.lapses_at.map(jiff_sqlx::Timestamp::to_jiff),
        },
        last_hash: row.last_hash,
        inactivity: match Expiry::from_stored(&row.expiry, row.expiry_span) {
            Some(Expiry::Inactivity { months }) => {
                Some(Inactivity { months, zone: TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC) })
            }
            _ => None,
        },
    });
    Ok(wallet.collect())
}

/// Makes a wallet that a member does not have yet; nothing for an unknown member.
pub async fn ensure_wallet(
    conn: &mut PgConnection,
    wallet: &str,
    member: MemberId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into wallets (member_id, wallet, last_recorded_at)
         select m.member_id, k.wallet, $3 from members m, wallet_kinds k
         where m.member_id = $1 and k.wallet = $2
         on conflict do nothing",
        member.0,
        wallet,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn frozen(conn: &mut PgConnection, wallet: &str, members: &[MemberId]) -> Result<Vec<MemberId>> {
    let frozen = sqlx::query_scalar!(
        "select member_id from wallet_freezes
         where member_id = any($1) and wallet = $2 and thawed_at is null",
        &uuids(members),
        wallet
    )
    .fetch_all(conn)
    .await?;
    Ok(frozen.into_iter().map(MemberId).collect())
}

pub async fn wallet(conn: &mut PgConnection, wallet: &str, member: MemberId) -> Result<Option<Wallet>> {
    let row = sqlx::query!(
        "select available, held, pending, debt, earned, version, last_recorded_at, next_due, lapses_at
         from wallets where wallet = $1 and member_id = $2",
        wallet,
        member.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Wallet {
        balances: Balances { available: row.available, held: row.held, pending: row.pending, debt: row.debt },
        earned: row.earned,
        version: row.version,
        last_recorded_at: row.last_recorded_at.to_jiff(),
        next_due: row.next_due.map(jiff_sqlx::Timestamp::to_jiff),
        lapses_at: row.lapses_at.map(jiff_sqlx::Timestamp::to_jiff),
    }))
}

/// The lots that have points left.
pub async fn open_lots(
    conn: &mut PgConnection,
    wallet: &str,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Vec<Lot>>> {
    let rows = sqlx::query!(
        "select member_id, lot_no, amount, remaining, held, activates_at, activated, expires_at
         from lots where wallet = $1 and remaining > 0 and member_id = any($2) order by member_id, lot_no",
        wallet,
        &uuids(members)
    )
    .fetch_all(conn)
    .await?;
    let mut lots: BTreeMap<MemberId, Vec<Lot>> = BTreeMap::new();
    for row in rows {
        lots.entry(MemberId(row.member_id)).or_default().push(Lot {
            lot_no: row.lot_no,
            amount: row.amount,
            remaining: row.remaining,
            held: row.held,
            activates_at: row.activates_at.to_jiff(),
            activated: row.activated,
            expires_at: row.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
            // A lot with points left has not expired.
            lapsed: 0,
        });
    }
    Ok(lots)
}

/// Particular lots, whether or not points are left.
pub async fn lots(
    conn: &mut PgConnection,
    wallet: &str,
    member: MemberId,
    numbers: &[i64],
) -> Result<Vec<Lot>> {
    let rows = sqlx::query!(
        r#"select l.lot_no, l.amount, l.remaining, l.held, l.activates_at, l.activated, l.expires_at,
             (select coalesce(sum(a.points), 0)::bigint from lot_allocations a
                  join ledger_entries e using (member_id, wallet, entry_no)
              where (a.member_id, a.wallet, a.lot_no) = (l.member_id, l.wallet, l.lot_no)
                  and e.contra = 'expired') as "lapsed!"
         from lots l where l.wallet = $1 and l.member_id = $2 and l.lot_no = any($3) order by l.lot_no"#,
        wallet,
        member.0,
        numbers
    )
    .fetch_all(conn)
    .await?;
    let lot = rows.into_iter().map(|row| Lot {
        lot_no: row.lot_no,
        amount: row.amount,
        remaining: row.remaining,
        held: row.held,
        activates_at: row.activates_at.to_jiff(),
        activated: row.activated,
        expires_at: row.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
        lapsed: row.lapsed,
    });
    Ok(lot.collect())
}

/// The accrual of a document: the number of its entry, and of its lot where it earned any points.
pub async fn accrual_of(
    conn: &mut PgConnection,
    member: MemberId,
    document: [u8; 32],
) -> Result<Option<i64>> {
    let entry_no = sqlx::query_scalar!(
        "select entry_no from ledger_entries
         where wallet = 'points' and member_id = $1 and document_key = $2 and kind = 'accrual'",
        member.0,
        &document
    )
    .fetch_optional(conn)
    .await?;
    Ok(entry_no)
}

/// Which lots an entry used, and how many points of each.
pub async fn allocations(
    conn: &mut PgConnection,
    member: MemberId,
    entry_no: i64,
) -> Result<Vec<(i64, i64)>> {
    let rows = sqlx::query!(
        "select lot_no, points from lot_allocations
         where wallet = 'points' and member_id = $1 and entry_no = $2 order by lot_no",
        member.0,
        entry_no
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.lot_no, row.points)).collect())
}

pub async fn save_lots(conn: &mut PgConnection, heads: &[(MemberId, &Locked, Vec<u8>)]) -> Result<()> {
    let lots = heads
        .iter()
        .flat_map(|(member, locked, _)| locked.account.touched_lots().map(|lot| (member.0, *locked, lot)));
    let lots: Vec<(Uuid, &Locked, &Lot)> = lots.collect();
    if lots.is_empty() {
        return Ok(());
    }
    let column = |of: fn(&Lot) -> i64| lots.iter().map(|(.., lot)| of(lot)).collect::<Vec<i64>>();
    let members: Vec<Uuid> = lots.iter().map(|(member, ..)| *member).collect();
    let wallets: Vec<&str> = lots.iter().map(|(_, locked, _)| locked.wallet.as_str()).collect();
    let starts: Vec<_> = lots.iter().map(|(.., lot)| lot.activates_at.to_sqlx()).collect();
    let activated: Vec<bool> = lots.iter().map(|(.., lot)| lot.activated).collect();
    let expires: Vec<_> = lots.iter().map(|(.., lot)| lot.expires_at.map(ToSqlx::to_sqlx)).collect();
    sqlx::query!(
        "insert into lots (member_id, lot_no, amount, remaining, activates_at, activated, expires_at, held,
             wallet)
         select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[],
             $6::bool[],
             $7::timestamptz[], $8::bigint[], $9::text[])
         on conflict (member_id, wallet, lot_no)
         do update set remaining = excluded.remaining, held = excluded.held, activated = excluded.activated,
             expires_at = excluded.expires_at",
        &members,
        &column(|lot| lot.lot_no),
        &column(|lot| lot.amount),
        &column(|lot| lot.remaining),
        starts as _,
        &activated,
        expires as _,
        &column(|lot| lot.held),
        &wallets as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_allocations(
    conn: &mut PgConnection,
    heads: &[(MemberId, &Locked, Vec<u8>)],
) -> Result<()> {
    let (mut members, mut wallets) = (Vec::new(), Vec::new());
    let (mut entries, mut lots, mut points) = (Vec::new(), Vec::new(), Vec::new());
    for (member, locked, _) in heads {
        for (entry_no, allocation) in &locked.account.allocations {
            members.push(member.0);
            wallets.push(locked.wallet.as_str());
            entries.push(*entry_no);
            lots.push(allocation.lot_no);
            points.push(allocation.points);
        }
    }
    if members.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into lot_allocations (member_id, entry_no, lot_no, points, wallet)
         select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[])",
        &members,
        &entries,
        &lots,
        &points,
        &wallets as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn update_wallets(conn: &mut PgConnection, heads: &[(MemberId, &Locked, Vec<u8>)]) -> Result<()> {
    let column =
        |of: fn(&Wallet) -> i64| heads.iter().map(|(_, l, _)| of(&l.account.wallet)).collect::<Vec<i64>>();
    let members: Vec<Uuid> = heads.iter().map(|(member, ..)| member.0).collect();
    let hashes: Vec<Vec<u8>> = heads.iter().map(|(_, _, hash)| hash.clone()).collect();
    let recorded: Vec<_> =
        heads.iter().map(|(_, l, _)| l.account.wallet.last_recorded_at.to_sqlx()).collect();
    let wallets: Vec<&str> = heads.iter().map(|(_, locked, _)| locked.wallet.as_str()).collect();
    let lapses: Vec<_> =
        heads.iter().map(|(_, l, _)| l.account.wallet.lapses_at.map(ToSqlx::to_sqlx)).collect();
    let due: Vec<_> = heads.iter().map(|(_, l, _)| l.account.wallet.next_due.map(ToSqlx::to_sqlx)).collect();
    sqlx::query!(
        "update wallets set available = t.available, held = t.held, pending = t.pending, debt = t.debt,
             earned = t.earned, version = t.version, last_hash = t.last_hash,
             last_recorded_at = t.recorded_at,
             next_due = t.next_due, lapses_at = t.lapses_at
         from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
             $7::bigint[],
             $8::bytea[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::text[])
             as t (member_id, available, held, pending, debt, earned, version, last_hash, recorded_at,
             next_due, lapses_at, wallet)
         where wallets.member_id = t.member_id and wallets.wallet = t.wallet",
        &members,
        &column(|wallet| wallet.balances.available),
        &column(|wallet| wallet.balances.held),
        &column(|wallet| wallet.balances.pending),
        &column(|wallet| wallet.balances.debt),
        &column(|wallet| wallet.earned),
        &column(|wallet| wallet.version),
        &hashes,
        recorded as _,
        due as _,
        lapses as _,
        &wallets as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Members by wallet in which something is due, the longest due first.
pub async fn wallets_due(
    conn: &mut PgConnection,
    now: Timestamp,
    limit: i64,
) -> Result<BTreeMap<String, Vec<MemberId>>> {
    let rows = sqlx::query!(
        "select wallet, member_id from wallets where next_due is not null and next_due <= $1 order by next_due
         limit $2",
        now.to_sqlx(),
        limit
    )
    .fetch_all(conn)
    .await?;
    let mut due: BTreeMap<String, Vec<MemberId>> = BTreeMap::new();
    for row in rows {
        due.entry(row.wallet).or_default().push(MemberId(row.member_id));
    }
    Ok(due)
}

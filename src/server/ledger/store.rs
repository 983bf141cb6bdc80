//! The ledger's statements. Each writes a whole batch.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Locked;
use crate::{
    domain::{
        ids::MemberId,
        ledger::{Balances, Entry, Wallet},
        lots::Lot,
    },
    server::error::Result,
};

pub struct WalletRow {
    pub member_id: MemberId,
    pub wallet: Wallet,
    pub last_hash: Vec<u8>,
}

fn uuids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.0).collect()
}

pub async fn lock_wallets(conn: &mut PgConnection, members: &[MemberId]) -> Result<Vec<WalletRow>> {
    let rows = sqlx::query!(
        "select member_id, available, held, pending, debt, earned, version, last_hash, last_recorded_at,
         next_due
         from wallets where wallet = 'points' and member_id = any($1) order by member_id for update",
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
        },
        last_hash: row.last_hash,
    });
    Ok(wallet.collect())
}

pub async fn wallet(conn: &mut PgConnection, member: MemberId) -> Result<Option<Wallet>> {
    let row = sqlx::query!(
        "select available, held, pending, debt, earned, version, last_recorded_at, next_due
         from wallets where wallet = 'points' and member_id = $1",
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
    }))
}

/// The lots that have points left.
pub async fn open_lots(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Vec<Lot>>> {
    let rows = sqlx::query!(
        "select member_id, lot_no, amount, remaining, activates_at, activated, expires_at
         from lots where wallet = 'points' and remaining > 0 and member_id = any($1) order by member_id,
             lot_no",
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
pub async fn lots(conn: &mut PgConnection, member: MemberId, numbers: &[i64]) -> Result<Vec<Lot>> {
    let rows = sqlx::query!(
        r#"select l.lot_no, l.amount, l.remaining, l.activates_at, l.activated, l.expires_at,
             (select coalesce(sum(a.points), 0)::bigint from lot_allocations a
                  join ledger_entries e using (member_id, wallet, entry_no)
              where (a.member_id, a.wallet, a.lot_no) = (l.member_id, l.wallet, l.lot_no)
                  and e.contra = 'expired') as "lapsed!"
         from lots l where l.wallet = 'points' and l.member_id = $1 and l.lot_no = any($2)
         order by l.lot_no"#,
        member.0,
        numbers
    )
    .fetch_all(conn)
    .await?;
    let lot = rows.into_iter().map(|row| Lot {
        lot_no: row.lot_no,
        amount: row.amount,
        remaining: row.remaining,
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

pub async fn insert_entries(conn: &mut PgConnection, entries: &[(MemberId, &Entry, Vec<u8>)]) -> Result<()> {
    let column = |of: fn(&Entry) -> i64| entries.iter().map(|(_, entry, _)| of(entry)).collect::<Vec<i64>>();
    let time = |of: fn(&Entry) -> Timestamp| {
        entries.iter().map(|(_, entry, _)| of(entry).to_sqlx()).collect::<Vec<_>>()
    };
    let members: Vec<Uuid> = entries.iter().map(|(member, ..)| member.0).collect();
    let kinds: Vec<&str> = entries.iter().map(|(_, entry, _)| entry.draft.kind.as_str()).collect();
    let contras: Vec<&str> = entries.iter().map(|(_, entry, _)| entry.draft.contra.as_str()).collect();
    let documents: Vec<Option<Vec<u8>>> =
        entries.iter().map(|(_, e, _)| e.draft.document.map(|key| key.to_vec())).collect();
    let reasons: Vec<Option<&str>> =
        entries.iter().map(|(_, entry, _)| entry.draft.reason.as_deref()).collect();
    let trace = |entry: &Entry| entry.draft.trace.as_ref().map(serde_json::to_string).transpose();
    let traces: Vec<Option<String>> =
        entries.iter().map(|(_, entry, _)| trace(entry)).collect::<std::result::Result<_, _>>()?;
    let hashes: Vec<Vec<u8>> = entries.iter().map(|(_, _, hash)| hash.clone()).collect();
    sqlx::query!(
        "insert into ledger_entries (member_id, entry_no, kind, available_delta, held_delta, pending_delta,
         debt_delta,
             available, held, pending, debt, contra, effective_at, recorded_at, document_key, reason, trace,
             hash)
         select member_id, entry_no, kind, available_delta, held_delta, pending_delta, debt_delta,
             available, held, pending, debt, contra, effective_at, recorded_at, document_key, reason,
             trace::jsonb, hash
         from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
             $7::bigint[],
             $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::timestamptz[],
             $14::timestamptz[], $15::bytea[], $16::text[], $17::text[], $18::bytea[])
             as t (member_id, entry_no, kind, available_delta, held_delta, pending_delta, debt_delta,
             available, held,
                 pending, debt, contra, effective_at, recorded_at, document_key, reason, trace, hash)",
        &members,
        &column(|entry| entry.entry_no),
        &kinds as _,
        &column(|entry| entry.draft.delta.available),
        &column(|entry| entry.draft.delta.held),
        &column(|entry| entry.draft.delta.pending),
        &column(|entry| entry.draft.delta.debt),
        &column(|entry| entry.after.available),
        &column(|entry| entry.after.held),
        &column(|entry| entry.after.pending),
        &column(|entry| entry.after.debt),
        &contras as _,
        time(|entry| entry.draft.effective_at) as _,
        time(|entry| entry.recorded_at) as _,
        &documents as _,
        &reasons as _,
        &traces as _,
        &hashes
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn save_lots(conn: &mut PgConnection, heads: &[(MemberId, &Locked, Vec<u8>)]) -> Result<()> {
    let lots =
        heads.iter().flat_map(|(member, locked, _)| locked.account.touched_lots().map(|lot| (member.0, lot)));
    let lots: Vec<(Uuid, &Lot)> = lots.collect();
    if lots.is_empty() {
        return Ok(());
    }
    let column = |of: fn(&Lot) -> i64| lots.iter().map(|(_, lot)| of(lot)).collect::<Vec<i64>>();
    let members: Vec<Uuid> = lots.iter().map(|(member, _)| *member).collect();
    let starts: Vec<_> = lots.iter().map(|(_, lot)| lot.activates_at.to_sqlx()).collect();
    let activated: Vec<bool> = lots.iter().map(|(_, lot)| lot.activated).collect();
    let expires: Vec<_> = lots.iter().map(|(_, lot)| lot.expires_at.map(ToSqlx::to_sqlx)).collect();
    sqlx::query!(
        "insert into lots (member_id, lot_no, amount, remaining, activates_at, activated, expires_at)
         select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[],
             $6::bool[],
             $7::timestamptz[])
         on conflict (member_id, wallet, lot_no)
         do update set remaining = excluded.remaining, activated = excluded.activated",
        &members,
        &column(|lot| lot.lot_no),
        &column(|lot| lot.amount),
        &column(|lot| lot.remaining),
        starts as _,
        &activated,
        expires as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_allocations(
    conn: &mut PgConnection,
    heads: &[(MemberId, &Locked, Vec<u8>)],
) -> Result<()> {
    let (mut members, mut entries, mut lots, mut points) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (member, locked, _) in heads {
        for (entry_no, allocation) in &locked.account.allocations {
            members.push(member.0);
            entries.push(*entry_no);
            lots.push(allocation.lot_no);
            points.push(allocation.points);
        }
    }
    if members.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into lot_allocations (member_id, entry_no, lot_no, points)
         select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])",
        &members,
        &entries,
        &lots,
        &points
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
    let due: Vec<_> = heads.iter().map(|(_, l, _)| l.account.wallet.next_due.map(ToSqlx::to_sqlx)).collect();
    sqlx::query!(
        "update wallets set available = t.available, held = t.held, pending = t.pending, debt = t.debt,
             earned = t.earned, version = t.version, last_hash = t.last_hash,
             last_recorded_at = t.recorded_at,
             next_due = t.next_due
         from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
             $7::bigint[],
             $8::bytea[], $9::timestamptz[], $10::timestamptz[])
             as t (member_id, available, held, pending, debt, earned, version, last_hash, recorded_at,
             next_due)
         where wallets.member_id = t.member_id and wallets.wallet = 'points'",
        &members,
        &column(|wallet| wallet.balances.available),
        &column(|wallet| wallet.balances.held),
        &column(|wallet| wallet.balances.pending),
        &column(|wallet| wallet.balances.debt),
        &column(|wallet| wallet.earned),
        &column(|wallet| wallet.version),
        &hashes,
        recorded as _,
        due as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn members_due(conn: &mut PgConnection, now: Timestamp, limit: i64) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select member_id from wallets where next_due is not null and next_due <= $1 order by next_due
         limit $2",
        now.to_sqlx(),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(MemberId).collect())
}

//! The statements of wallets' kinds, rates and freezes.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        expiry::Expiry,
        ids::MemberId,
        wallet::{Rate, WalletKind},
    },
    server::error::Result,
};

/// A wallet from which nothing can be spent: since when, by whom, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    pub wallet: String,
    pub frozen_at: Timestamp,
    pub frozen_by: String,
    pub reason: String,
}

pub async fn kinds(conn: &mut PgConnection) -> Result<Vec<WalletKind>> {
    let rows = sqlx::query!(
        "select wallet, name, unit_one, unit_many, spendable, expiry, expiry_span from wallet_kinds
         order by wallet <> 'points', name"
    )
    .fetch_all(conn)
    .await?;
    let kinds = rows.into_iter().map(|row| WalletKind {
        wallet: row.wallet,
        name: row.name,
        unit_one: row.unit_one,
        unit_many: row.unit_many,
        spendable: row.spendable,
        expiry: Expiry::from_stored(&row.expiry, row.expiry_span).unwrap_or_default(),
    });
    Ok(kinds.collect())
}

pub async fn put_kind(conn: &mut PgConnection, kind: &WalletKind) -> Result<()> {
    let (expiry, span) = kind.expiry.stored();
    sqlx::query!(
        "insert into wallet_kinds (wallet, name, unit_one, unit_many, spendable, expiry, expiry_span)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (wallet) do update set name = excluded.name, unit_one = excluded.unit_one,
             unit_many = excluded.unit_many, spendable = excluded.spendable, expiry = excluded.expiry,
             expiry_span = excluded.expiry_span",
        kind.wallet,
        kind.name,
        kind.unit_one,
        kind.unit_many,
        kind.spendable,
        expiry,
        span
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Points that never lapsed begin to: all wallets of a kind are told when, in the order in which everybody
/// locks them.
pub async fn begin_inactivity(conn: &mut PgConnection, wallet: &str, lapses_at: Timestamp) -> Result<()> {
    sqlx::query!(
        "with locked as (
             select member_id from wallets where wallet = $1 order by member_id for update
         )
         update wallets w set lapses_at = $2, next_due = least(w.next_due, $2)
         from locked l where w.member_id = l.member_id and w.wallet = $1",
        wallet,
        lapses_at.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn put_rate(conn: &mut PgConnection, from: &str, to: &str, rate: Rate) -> Result<()> {
    sqlx::query!(
        "insert into wallet_rates (from_wallet, to_wallet, from_points, to_points) values ($1, $2, $3, $4)
         on conflict (from_wallet, to_wallet)
         do update set from_points = excluded.from_points, to_points = excluded.to_points",
        from,
        to,
        rate.from,
        rate.to
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every rate: from which wallet to which.
pub async fn rates(conn: &mut PgConnection) -> Result<Vec<(String, String, Rate)>> {
    let rows = sqlx::query!(
        "select from_wallet, to_wallet, from_points, to_points from wallet_rates
         order by from_wallet, to_wallet"
    )
    .fetch_all(conn)
    .await?;
    let rate = |from, to| Rate { from, to };
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.from_wallet, row.to_wallet, rate(row.from_points, row.to_points))).collect())
}

/// At what rate points may move from one wallet to another, if they may.
pub async fn rate(conn: &mut PgConnection, from: &str, to: &str) -> Result<Option<Rate>> {
    let row = sqlx::query!(
        "select from_points, to_points from wallet_rates where from_wallet = $1 and to_wallet = $2",
        from,
        to
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Rate { from: row.from_points, to: row.to_points }))
}

/// Which wallets a member has.
pub async fn has(conn: &mut PgConnection, member: MemberId) -> Result<HashSet<String>> {
    let rows = sqlx::query_scalar!("select wallet from wallets where member_id = $1", member.0)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

pub async fn freezes(conn: &mut PgConnection, member: MemberId) -> Result<Vec<Freeze>> {
    let rows = sqlx::query!(
        "select wallet, frozen_at, frozen_by, reason from wallet_freezes
         where member_id = $1 and thawed_at is null",
        member.0
    )
    .fetch_all(conn)
    .await?;
    let freezes = rows.into_iter().map(|row| Freeze {
        wallet: row.wallet,
        frozen_at: row.frozen_at.to_jiff(),
        frozen_by: row.frozen_by,
        reason: row.reason,
    });
    Ok(freezes.collect())
}

/// False when the wallet is frozen already.
pub async fn freeze(
    conn: &mut PgConnection,
    member: MemberId,
    freeze_id: Uuid,
    freeze: &Freeze,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into wallet_freezes (member_id, freeze_id, wallet, frozen_at, frozen_by, reason)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        member.0,
        freeze_id,
        freeze.wallet,
        freeze.frozen_at.to_sqlx() as _,
        freeze.frozen_by,
        freeze.reason
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// False when the wallet is not frozen.
pub async fn thaw(conn: &mut PgConnection, member: MemberId, wallet: &str, now: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "update wallet_freezes set thawed_at = $3 where member_id = $1 and wallet = $2 and thawed_at is null",
        member.0,
        wallet,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

//! The statements that read the journal for people.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar, types::Json};

use super::{Accrual, Due, Line, Posted};
use crate::{
    domain::{
        earning::Trace,
        ids::MemberId,
        ledger::{Balances, Kind},
    },
    server::error::{Error, Result},
};

pub async fn between(
    conn: &mut PgConnection,
    member: MemberId,
    from: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Line>> {
    let rows = query!(
        r#"select e.entry_no, e.kind,
             e.available_delta + e.held_delta + e.pending_delta - e.debt_delta as "points!",
             e.effective_at, e.document_key, e.reason, e.trace as "trace: Json<Trace>",
             l.activates_at as "activates_at?", l.expires_at
         from ledger_entries e
             left join lots l on l.member_id = e.member_id and l.wallet = e.wallet and l.lot_no = e.entry_no
         where e.member_id = $1 and e.wallet = 'points' and e.effective_at >= $2 and e.effective_at < $3
             and e.kind <> 'activation'
         order by e.effective_at desc, e.entry_no desc limit $4"#,
        member.0,
        from.to_sqlx() as _,
        until.to_sqlx() as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    let line = rows.into_iter().map(|row| {
        Ok(Line {
            entry_no: row.entry_no,
            kind: Kind::parse(&row.kind).ok_or_else(|| Error::broken("an entry of a kind that is none"))?,
            points: row.points,
            effective_at: row.effective_at.to_jiff(),
            document: row.document_key,
            reason: row.reason,
            trace: row.trace.map(|trace| trace.0),
            activates_at: row.activates_at.map(jiff_sqlx::Timestamp::to_jiff),
            expires_at: row.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    line.collect()
}

pub async fn newest_before(
    conn: &mut PgConnection,
    member: MemberId,
    before: Timestamp,
) -> Result<Option<Timestamp>> {
    let at = query_scalar!(
        "select max(effective_at) from ledger_entries
         where member_id = $1 and wallet = 'points' and effective_at < $2",
        member.0,
        before.to_sqlx() as _
    )
    .fetch_one(conn)
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}

pub async fn next_expiry(conn: &mut PgConnection, member: MemberId, zone: &str) -> Result<Option<Due>> {
    let row = query!(
        r#"select min(at) as "at!", sum(points)::bigint as "points!" from (
             select expires_at as at, remaining as points from lots
             where member_id = $1 and wallet = 'points' and remaining > 0 and activated
                 and expires_at is not null
             union all
             select w.lapses_at, w.available from wallets w join wallet_kinds k using (wallet)
             where w.member_id = $1 and wallet = 'points' and w.available > 0 and w.lapses_at is not null
                 and k.expiry = 'inactivity'
         ) as due group by (at at time zone $2)::date order by 1 limit 1"#,
        member.0,
        zone
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Due { points: row.points, at: row.at.to_jiff() }))
}

pub async fn next_activation(conn: &mut PgConnection, member: MemberId, zone: &str) -> Result<Option<Due>> {
    let row = query!(
        r#"select min(activates_at) as "at!", sum(remaining)::bigint as "points!" from lots
         where member_id = $1 and wallet = 'points' and remaining > 0 and not activated
         group by (activates_at at time zone $2)::date order by 1 limit 1"#,
        member.0,
        zone
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Due { points: row.points, at: row.at.to_jiff() }))
}

/// The accruals of documents, each with what the wallet held when everything had followed that was due in the
/// same instant. Read by member, so that no index on documents is needed.
pub async fn accruals(conn: &mut PgConnection, documents: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Accrual>> {
    let keys: Vec<Vec<u8>> = documents.iter().map(|key| key.to_vec()).collect();
    let rows = query!(
        r#"with booked as materialized (
             select member_id from documents
             where document_key in (select substr(key, 1, 16) from unnest($1::bytea[]) as key)
             group by member_id
         )
         select e.member_id, e.document_key as "document_key!", e.pending_delta, e.effective_at,
             e.trace as "trace: Json<Trace>", f.available, f.held, f.pending, f.debt
         from booked join ledger_entries e using (member_id)
             cross join lateral (
                 select min(n.entry_no) as entry_no from ledger_entries n
                 where n.member_id = e.member_id and n.wallet = e.wallet and n.entry_no > e.entry_no
                     and not (n.kind in ('activation', 'expiration') and n.recorded_at = e.recorded_at)
             ) next
             cross join lateral (
                 select l.available, l.held, l.pending, l.debt from ledger_entries l
                 where l.member_id = e.member_id and l.wallet = e.wallet and l.entry_no >= e.entry_no
                     and (next.entry_no is null or l.entry_no < next.entry_no)
                 order by l.entry_no desc limit 1
             ) f
         where e.wallet = 'points' and e.kind = 'accrual' and e.document_key = any($1)"#,
        &keys
    )
    .fetch_all(conn)
    .await?;
    let accrual = rows.into_iter().filter_map(|row| {
        let after =
            Balances { available: row.available, held: row.held, pending: row.pending, debt: row.debt };
        let accrual = Accrual {
            member_id: MemberId(row.member_id),
            pending: row.pending_delta,
            after,
            effective_at: row.effective_at.to_jiff(),
            trace: row.trace.map(|trace| trace.0),
        };
        Some((row.document_key.as_slice().try_into().ok()?, accrual))
    });
    Ok(accrual.collect())
}

pub async fn page(conn: &mut PgConnection, member: MemberId, before: i64, limit: i64) -> Result<Vec<Posted>> {
    let rows = query!(
        r#"select entry_no, kind, available_delta + held_delta + pending_delta - debt_delta as "points!",
             available, effective_at, recorded_at, document_key, reason, trace as "trace: Json<Trace>"
         from ledger_entries where member_id = $1 and wallet = 'points' and entry_no < $2
         order by entry_no desc limit $3"#,
        member.0,
        before,
        limit
    )
    .fetch_all(conn)
    .await?;
    let posted = rows.into_iter().map(|row| {
        Ok(Posted {
            entry_no: row.entry_no,
            kind: Kind::parse(&row.kind).ok_or_else(|| Error::broken("an entry of a kind that is none"))?,
            points: row.points,
            available_after: row.available,
            effective_at: row.effective_at.to_jiff(),
            recorded_at: row.recorded_at.to_jiff(),
            document: row.document_key,
            reason: row.reason,
            trace: row.trace.map(|trace| trace.0),
        })
    });
    posted.collect()
}

pub async fn available_after(conn: &mut PgConnection, member: MemberId, entry_no: i64) -> Result<i64> {
    let available = query_scalar!(
        "select available from ledger_entries
         where member_id = $1 and wallet = 'points' and entry_no = $2",
        member.0,
        entry_no
    )
    .fetch_one(conn)
    .await?;
    Ok(available)
}

//! The statements that read the journal for people.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar, types::Json};

use super::{Due, Line};
use crate::{
    domain::{earning::Trace, ids::MemberId, ledger::Kind},
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

pub async fn next_expiry(conn: &mut PgConnection, member: MemberId) -> Result<Option<Due>> {
    let row = query!(
        r#"select expires_at as "at!", sum(remaining)::bigint as "points!" from lots
         where member_id = $1 and wallet = 'points' and remaining > 0 and activated and expires_at is not null
         group by expires_at order by expires_at limit 1"#,
        member.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Due { points: row.points, at: row.at.to_jiff() }))
}

pub async fn next_activation(conn: &mut PgConnection, member: MemberId) -> Result<Option<Due>> {
    let row = query!(
        r#"select activates_at as "at!", sum(remaining)::bigint as "points!" from lots
         where member_id = $1 and wallet = 'points' and remaining > 0 and not activated
         group by activates_at order by activates_at limit 1"#,
        member.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Due { points: row.points, at: row.at.to_jiff() }))
}

//! The outbox's statements.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Event, EventKind};
use crate::{
    domain::ids::MemberId,
    server::error::{Error, Result},
};

pub async fn insert(conn: &mut PgConnection, ids: &[Uuid], events: &[Event], now: Timestamp) -> Result<()> {
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    let members: Vec<Uuid> = events.iter().map(|event| event.member_id.0).collect();
    let points: Vec<i64> = events.iter().map(|event| event.points).collect();
    let times: Vec<_> = events.iter().map(|event| event.effective_at.to_sqlx()).collect();
    let bodies: Vec<Option<String>> =
        events.iter().map(|event| event.body.as_ref().map(ToString::to_string)).collect();
    sqlx::query!(
        "insert into outbox (event_id, kind, member_id, points, effective_at, body, created_at)
         select event_id, kind, member_id, points, effective_at, body::jsonb, $7
         from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::text[])
             as t (event_id, kind, member_id, points, effective_at, body)",
        ids,
        &kinds as _,
        &members,
        &points,
        times as _,
        &bodies as _,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Each with its id, the oldest first. What is taken is found out first and deleted then: in one statement,
/// as it was planned while the outbox was nearly empty, Postgres looked for the oldest again for each row,
/// passed over those that it had locked itself, and took five times as many as it was asked for, in nine
/// seconds.
pub async fn take(conn: &mut PgConnection, limit: i64) -> Result<Vec<(Uuid, Event)>> {
    let rows = sqlx::query!(
        "select event_id, kind, member_id, points, effective_at, body
         from outbox order by event_id limit $1 for update skip locked",
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    let taken: Vec<Uuid> = rows.iter().map(|row| row.event_id).collect();
    let delete = sqlx::query!("delete from outbox where event_id = any($1)", &taken);
    // Planned anew each time, for the same reason.
    delete.persistent(false).execute(conn).await?;
    let event = rows.into_iter().map(|row| {
        let kind = EventKind::parse(&row.kind)
            .ok_or_else(|| Error::broken(format!("unknown event {}", row.kind)))?;
        let (member_id, effective_at) = (MemberId(row.member_id), row.effective_at.to_jiff());
        Ok((row.event_id, Event { kind, member_id, points: row.points, effective_at, body: row.body }))
    });
    event.collect()
}

pub async fn oldest(conn: &mut PgConnection) -> Result<Option<Timestamp>> {
    let row = sqlx::query_scalar!("select created_at from outbox order by event_id limit 1")
        .fetch_optional(conn)
        .await?;
    Ok(row.map(jiff_sqlx::Timestamp::to_jiff))
}

//! The statements of fills.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use super::super::Holders;
use crate::{
    domain::{
        badge::{Held, Level},
        ids::MemberId,
    },
    server::error::Result,
};

/// How far a fill is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    pub badge: String,
    pub watermark: Option<i64>,
    pub done_until: Option<Uuid>,
    /// Members, in this phase.
    pub done: i64,
    pub total: i64,
    pub awarded: i64,
    pub is_finished: bool,
}

/// The oldest fill that is not finished, for this transaction alone.
pub async fn take(conn: &mut PgConnection) -> Result<Option<Fill>> {
    let fill = query_as!(
        Fill,
        r#"select badge, watermark, done_until, done, total, awarded, false as "is_finished!"
           from badge_fills where finished_at is null order by started_at, badge limit 1
           for update skip locked"#
    );
    Ok(fill.fetch_optional(conn).await?)
}

pub async fn list(conn: &mut PgConnection) -> Result<Vec<Fill>> {
    let fills = query_as!(
        Fill,
        r#"select badge, watermark, done_until, done, total, awarded,
             finished_at is not null as "is_finished!" from badge_fills"#
    );
    Ok(fills.fetch_all(conn).await?)
}

pub async fn begin(conn: &mut PgConnection, badge: &str, version: i32, now: Timestamp) -> Result<()> {
    query!(
        "insert into badge_fills (badge, version, started_at) values ($1, $2, $3)
         on conflict (badge) do update set version = $2, started_at = $3, watermark = null, done_until = null,
             done = 0, total = 0, awarded = 0, finished_at = null",
        badge,
        version,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers this transaction: whichever began to write after it knows the badge.
pub async fn mark(conn: &mut PgConnection, badge: &str) -> Result<()> {
    query!(
        "update badge_fills set watermark = pg_current_xact_id()::text::bigint,
             total = (select count(*) from members) where badge = $1",
        badge
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether every transaction before that one has ended.
pub async fn is_over(conn: &mut PgConnection, watermark: i64) -> Result<bool> {
    let over = query_scalar!(
        r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1 as "over!""#,
        watermark
    );
    Ok(over.fetch_one(conn).await?)
}

/// The second phase waits again, and begins with the first member.
pub async fn begin_again(conn: &mut PgConnection, badge: &str) -> Result<()> {
    query!("update badge_fills set watermark = null, done_until = null, done = 0 where badge = $1", badge)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn finish(conn: &mut PgConnection, badge: &str, now: Timestamp) -> Result<()> {
    query!("update badge_fills set finished_at = $2 where badge = $1", badge, now.to_sqlx() as _)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn members_after(
    conn: &mut PgConnection,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let members = query_scalar!(
        "select member_id from members where $1::uuid is null or member_id > $1 order by member_id limit $2",
        after,
        limit
    );
    Ok(members.fetch_all(conn).await?.into_iter().map(MemberId).collect())
}

pub async fn advance(conn: &mut PgConnection, badge: &str, members: &[MemberId], awarded: u64) -> Result<()> {
    let (done, awarded) = (i64::try_from(members.len()).unwrap_or(0), i64::try_from(awarded).unwrap_or(0));
    query!(
        "update badge_fills set done_until = $2, done = done + $3, awarded = awarded + $4 where badge = $1",
        badge,
        members.last().map(|member| member.0),
        done,
        awarded
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Everybody who holds one of these badges.
pub async fn holders_of(conn: &mut PgConnection, badges: &[String]) -> Result<Holders> {
    let rows = query!(
        "select member_id, badge, level, period, awarded_at from awards where badge = any($1)
         order by awarded_at",
        badges
    )
    .fetch_all(conn)
    .await?;
    let mut holders = Holders::new();
    for row in rows {
        let Some(level) = Level::parse(&row.level) else { continue };
        let held = Held { badge: row.badge, level, period: row.period };
        holders.entry(MemberId(row.member_id)).or_default().push((held, row.awarded_at.to_jiff()));
    }
    Ok(holders)
}

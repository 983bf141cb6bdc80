//! The statements of fills. Each is named by its kind and its own name.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{domain::ids::MemberId, server::error::Result};

/// How far a fill is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    pub name: String,
    pub watermark: Option<i64>,
    pub done_until: Option<Uuid>,
    /// Members, in this phase.
    pub done: i64,
    pub total: i64,
    pub given: i64,
    pub is_finished: bool,
}

/// The oldest fill of a kind that is not finished, for this transaction alone.
pub async fn take(conn: &mut PgConnection, kind: &str) -> Result<Option<Fill>> {
    let fill = query_as!(
        Fill,
        r#"select name, watermark, done_until, done, total, given, false as "is_finished!"
           from fills where kind = $1 and finished_at is null order by started_at, name limit 1
           for update skip locked"#,
        kind
    );
    Ok(fill.fetch_optional(conn).await?)
}

pub async fn list(conn: &mut PgConnection, kind: &str) -> Result<Vec<Fill>> {
    let fills = query_as!(
        Fill,
        r#"select name, watermark, done_until, done, total, given, finished_at is not null as "is_finished!"
           from fills where kind = $1"#,
        kind
    );
    Ok(fills.fetch_all(conn).await?)
}

pub async fn is_open(conn: &mut PgConnection, (kind, name): (&str, &str)) -> Result<bool> {
    let open = query_scalar!(
        r#"select exists (select from fills where kind = $1 and name = $2 and finished_at is null) as "is!""#,
        kind,
        name
    );
    Ok(open.fetch_one(conn).await?)
}

pub async fn begin(conn: &mut PgConnection, (kind, name): (&str, &str), now: Timestamp) -> Result<()> {
    query!(
        "insert into fills (kind, name, started_at) values ($1, $2, $3)
         on conflict (kind, name) do update set started_at = $3, watermark = null, done_until = null,
             done = 0, total = 0, given = 0, finished_at = null",
        kind,
        name,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers this transaction: whichever began to write after it knows what is being filled.
pub async fn mark(conn: &mut PgConnection, (kind, name): (&str, &str)) -> Result<()> {
    query!(
        "update fills set watermark = pg_current_xact_id()::text::bigint,
             total = (select count(*) from members) where kind = $1 and name = $2",
        kind,
        name
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
pub async fn begin_again(conn: &mut PgConnection, (kind, name): (&str, &str)) -> Result<()> {
    query!(
        "update fills set watermark = null, done_until = null, done = 0 where kind = $1 and name = $2",
        kind,
        name
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn finish(conn: &mut PgConnection, (kind, name): (&str, &str), now: Timestamp) -> Result<()> {
    query!("update fills set finished_at = $3 where kind = $1 and name = $2", kind, name, now.to_sqlx() as _)
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

pub async fn advance(
    conn: &mut PgConnection,
    (kind, name): (&str, &str),
    members: &[MemberId],
    given: u64,
) -> Result<()> {
    query!(
        "update fills set done_until = $3, done = done + $4, given = given + $5
         where kind = $1 and name = $2",
        kind,
        name,
        members.last().map(|member| member.0),
        i64::try_from(members.len()).unwrap_or(0),
        i64::try_from(given).unwrap_or(0)
    )
    .execute(conn)
    .await?;
    Ok(())
}

//! The statements of fills.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{domain::ids::MemberId, server::error::Result};

pub struct Fill {
    pub challenge: String,
    pub watermark: Option<i64>,
    pub done_until: Option<Uuid>,
}

/// A fill that is not finished, for this transaction alone.
pub async fn take(conn: &mut PgConnection) -> Result<Option<Fill>> {
    let fill = query_as!(
        Fill,
        "select challenge, watermark, done_until from challenge_fills
         where finished_at is null order by challenge limit 1 for update skip locked"
    );
    Ok(fill.fetch_optional(conn).await?)
}

pub async fn begin(conn: &mut PgConnection, challenge: &str) -> Result<()> {
    query!("insert into challenge_fills (challenge) values ($1)", challenge).execute(conn).await?;
    Ok(())
}

/// Remembers this transaction: whichever began to write after it knows the challenge.
pub async fn mark(conn: &mut PgConnection, challenge: &str) -> Result<()> {
    query!(
        "update challenge_fills set watermark = pg_current_xact_id()::text::bigint where challenge = $1",
        challenge
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
pub async fn begin_again(conn: &mut PgConnection, challenge: &str) -> Result<()> {
    query!("update challenge_fills set watermark = null, done_until = null where challenge = $1", challenge)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn finish(conn: &mut PgConnection, challenge: &str, now: Timestamp) -> Result<()> {
    query!("update challenge_fills set finished_at = $2 where challenge = $1", challenge, now.to_sqlx() as _)
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

pub async fn advance(conn: &mut PgConnection, challenge: &str, members: &[MemberId]) -> Result<()> {
    query!(
        "update challenge_fills set done_until = $2 where challenge = $1",
        challenge,
        members.last().map(|member| member.0)
    )
    .execute(conn)
    .await?;
    Ok(())
}

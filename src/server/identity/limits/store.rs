//! The rows of attempts.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar};

use super::Limit;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// How often something was tried, and when counting starts anew.
pub struct Counted {
    pub attempts: i32,
    pub resets_at: Timestamp,
}

/// Counts one attempt in each bucket, all in one statement; a bucket whose time is over starts anew.
pub async fn count_attempts(
    conn: &mut PgConnection,
    limits: &[Limit],
    now: Timestamp,
) -> Result<HashMap<String, Counted>> {
    let buckets: Vec<&str> = limits.iter().map(|limit| limit.bucket.as_str()).collect();
    let resets_at: Vec<_> = limits
        .iter()
        .map(|limit| now.checked_add(limit.window).unwrap_or(Timestamp::MAX).to_sqlx())
        .collect();
    let rows = query!(
        "insert into attempt_limits as counted (bucket, attempts, resets_at)
         select bucket, 1, resets_at from unnest($1::text[], $2::timestamptz[]) as given (bucket, resets_at)
         order by bucket
         on conflict (bucket) do update set
            attempts = case when counted.resets_at <= $3 then 1 else counted.attempts + 1 end,
            resets_at = case when counted.resets_at <= $3 then excluded.resets_at else counted.resets_at end
         returning bucket, attempts, resets_at",
        &buckets as &[&str],
        &resets_at as _,
        now.to_sqlx() as _,
    )
    .fetch_all(conn)
    .await?;
    let counted =
        |attempts, resets_at: jiff_sqlx::Timestamp| Counted { attempts, resets_at: resets_at.to_jiff() };
    Ok(rows.into_iter().map(|row| (row.bucket, counted(row.attempts, row.resets_at))).collect())
}

/// Adds to a bucket, and gives what is in it now.
pub async fn tally(conn: &mut PgConnection, bucket: &str, by: i64, until: Timestamp) -> Result<i64> {
    let attempts = query_scalar!(
        "insert into attempt_limits as counted (bucket, attempts, resets_at) values ($1, $2, $3)
         on conflict (bucket) do update set attempts = counted.attempts + excluded.attempts
         returning attempts",
        bucket,
        i32::try_from(by).unwrap_or(i32::MAX),
        until.to_sqlx() as _,
    )
    .fetch_one(conn)
    .await?;
    Ok(i64::from(attempts))
}

pub async fn forgive_attempts(conn: &mut PgConnection, limits: &[Limit]) -> Result<()> {
    let buckets: Vec<&str> = limits.iter().map(|limit| limit.bucket.as_str()).collect();
    query!(
        "with forgiven as (
            select bucket from attempt_limits where bucket = any($1) order by bucket for update
         )
         update attempt_limits set attempts = greatest(attempts - 1, 0)
         from forgiven where forgiven.bucket = attempt_limits.bucket",
        &buckets as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn forget_attempts(conn: &mut PgConnection, limit: &Limit) -> Result<()> {
    query!("delete from attempt_limits where bucket = $1", limit.bucket).execute(conn).await?;
    Ok(())
}

pub async fn delete_limits_of(conn: &mut PgConnection, endings: &[String]) -> Result<()> {
    query!("delete from attempt_limits where bucket like any($1)", endings).execute(conn).await?;
    Ok(())
}

pub async fn delete_expired_limits(conn: &mut PgConnection, now: Timestamp) -> Result<u64> {
    let done =
        query!("delete from attempt_limits where resets_at <= $1", now.to_sqlx() as _).execute(conn).await?;
    Ok(done.rows_affected())
}

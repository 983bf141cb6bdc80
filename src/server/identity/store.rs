//! The rows of accounts, their links and their sessions.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};

use super::sessions::SessionRow;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Keeps a new session; `false` when its id is taken.
pub async fn insert_session(conn: &mut PgConnection, row: &SessionRow) -> Result<bool> {
    let done = query!(
        "insert into sessions (session_id, account_id, data, expires_at) values ($1, $2, $3, $4)
         on conflict (session_id) do nothing",
        row.session_id,
        row.account_id,
        row.data,
        row.expires_at.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn update_session(conn: &mut PgConnection, row: &SessionRow) -> Result<()> {
    query!(
        "update sessions set account_id = $2, data = $3, expires_at = $4 where session_id = $1",
        row.session_id,
        row.account_id,
        row.data,
        row.expires_at.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn session(
    conn: &mut PgConnection,
    session_id: &str,
    now: Timestamp,
) -> Result<Option<(serde_json::Value, Timestamp)>> {
    let row = query!(
        "select data, expires_at from sessions where session_id = $1 and expires_at > $2",
        session_id,
        now.to_sqlx() as _,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.data, row.expires_at.to_jiff())))
}

pub async fn delete_session(conn: &mut PgConnection, session_id: &str) -> Result<()> {
    query!("delete from sessions where session_id = $1", session_id).execute(conn).await?;
    Ok(())
}

pub async fn delete_expired_sessions(conn: &mut PgConnection, now: Timestamp) -> Result<u64> {
    let done =
        query!("delete from sessions where expires_at <= $1", now.to_sqlx() as _).execute(conn).await?;
    Ok(done.rows_affected())
}

//! The SQL of the schema's own version.

use sqlx::PgConnection;

use crate::server::error::Result;

/// The newest migration that was applied; none before the first, when the table is not there either. Not
/// checked at compile time, because the table is the migrator's and not of our schema.
pub async fn applied_version(connection: &mut PgConnection) -> Result<Option<i64>> {
    let there: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("select max(version) from _sqlx_migrations where success")
        .fetch_one(connection)
        .await?)
}

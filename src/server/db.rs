//! The pool and the migrations. Connections come with limits on waiting, and are rolled back before they are
//! lent again.

use std::time::Duration;

use sqlx::{
    Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::error::Result;

/// Every migration, in order, part of the binary.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Connects with the limits that every statement of ours has.
pub async fn connect(options: PgConnectOptions, connections: u32) -> Result<PgPool> {
    let options = options.application_name("laurel").options([
        ("lock_timeout", "10s"),
        ("statement_timeout", "60s"),
        ("idle_in_transaction_session_timeout", "60s"),
        ("timezone", "UTC"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        // A request that was dropped in the middle of `begin` can leave a transaction open; the next one must
        // not inherit it.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.execute("rollback").await?;
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// Brings the schema up to date; several servers that start at once wait for one another.
pub async fn migrate(pool: &PgPool) -> Result<()> {
    MIGRATIONS.run(pool).await?;
    Ok(())
}

//! The pool and the migrations. Connections come with limits on waiting, and are rolled back before they are
//! lent again.

mod store;

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, Executor, PgPool, Postgres, Transaction,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tracing::info;

use super::error::{Error, Result};
use crate::domain::refusal::Code;

/// Every migration, in order, part of the binary.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How long an idle connection is taken to be alive.
const TRUSTED: Duration = Duration::from_secs(1);

/// Connects with the limits that every statement of ours has.
pub async fn connect(options: PgConnectOptions, connections: u32) -> Result<PgPool> {
    let options = options.application_name("laurel").options([
        ("lock_timeout", "10s"),
        ("statement_timeout", "60s"),
        ("idle_in_transaction_session_timeout", "60s"),
        ("timezone", "UTC"),
        // Compiling a statement took seconds where its rows took milliseconds.
        ("jit", "off"),
        // The rollback below finds nothing to roll back, as it should; that is no news.
        ("client_min_messages", "error"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        // Connections are lent in turn, so after a rush it is their age that lets the spare ones go.
        .idle_timeout(Duration::from_mins(1))
        .max_lifetime(Duration::from_mins(10))
        // A connection is tried when it is given back. Before it is lent it is tried again only where it lay
        // idle for long enough to have died: each trial is a way to the database and back.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
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

/// A transaction whose statements all read the same snapshot.
pub async fn snapshot(pool: &PgPool) -> Result<Transaction<'static, Postgres>> {
    Ok(pool.begin_with("begin isolation level repeatable read read only").await?)
}

/// Brings the schema up to date. Several servers that start at once wait for one another, however long it
/// takes: this connection has no limits on waiting.
pub async fn migrate(options: &PgConnectOptions) -> Result<()> {
    let mut connection =
        options.clone().application_name("laurel migrate").connect().await.map_err(unreachable)?;
    let before = store::applied_version(&mut connection).await?;
    MIGRATIONS.run(&mut connection).await.map_err(untranslatable)?;
    if before != Some(newest_version()) {
        info!("The database is up to date: migration {}", newest_version());
    }
    Ok(())
}

/// The newest migration that this binary knows.
#[must_use]
pub fn newest_version() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The newest migration that the database has.
pub async fn applied_version(pool: &PgPool) -> Result<i64> {
    let mut connection = pool.acquire().await?;
    Ok(store::applied_version(&mut connection).await?.unwrap_or_default())
}

fn unreachable(error: sqlx::Error) -> Error {
    Error::refused(
        Code::Invalid,
        format!("The database can't be used: {error}. DATABASE_URL says which it is."),
    )
}

fn untranslatable(error: MigrateError) -> Error {
    let MigrateError::VersionMissing(version) = error else { return Error::from(error) };
    let message = format!(
        "The database was changed by a newer Laurel: migration {version} is unknown here. \
         Start that version or a newer one."
    );
    Error::refused(Code::Invalid, message)
}

//! The database that a command works on: the one that `DATABASE_URL` names, or a Postgres of Laurel's own in
//! the data directory.
//!
//! Whoever holds the lock of the data directory owns that Postgres: starts it, keeps it up and stops it. A
//! command that finds the lock taken works through the owner's socket. Nothing listens on the network, and
//! nobody needs a password: the socket stands in a folder that only its user and root can enter, and Postgres
//! asks the kernel who is on the other side (`peer`).

mod binaries;
mod cluster;
mod home;
mod launch;
mod lock;
mod log;
mod pidfile;
mod store;
mod supervisor;

use std::path::Path;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio_util::sync::CancellationToken;

use self::{
    cluster::Cluster,
    lock::{Access, Lock, Visit},
    supervisor::Supervisor,
};
use super::{
    config::Config,
    error::{Error, Result},
};
use crate::domain::refusal::Code;

/// A database that is up, until it is stopped.
pub struct Database {
    options: PgConnectOptions,
    kept: Kept,
}

/// What this process has to do with the database's running.
enum Kept {
    /// Somebody else runs it.
    Elsewhere,
    /// Another process of ours runs it; it waits for us before it ends, if it can.
    Visiting(#[expect(dead_code, reason = "held until the command ends")] Visit),
    /// This process runs it.
    Here { supervisor: Supervisor, lock: Lock },
}

/// The database of these settings. `purpose` names the command to whoever finds the data directory in use.
pub async fn open(config: &Config, purpose: &'static str, stop: &CancellationToken) -> Result<Database> {
    let Some(url) = config.database_url() else { return open_own(config, purpose, stop).await };
    // The URL may hold a password, so it is not repeated.
    let options = url.parse().map_err(|error| told(format!("DATABASE_URL can't be read: {error}.")))?;
    Ok(Database { options, kept: Kept::Elsewhere })
}

async fn open_own(config: &Config, purpose: &'static str, stop: &CancellationToken) -> Result<Database> {
    let home = home::find(&config.data_dir).await?;
    match lock::access(&home, purpose, stop).await? {
        Access::Visitor { visit, socket } => {
            Ok(Database { options: through(&socket, "laurel"), kept: Kept::Visiting(visit) })
        }
        Access::Owner(lock) => {
            let cluster = Cluster::prepare(home, config.postgres_bin()).await?;
            let socket = cluster.socket.clone();
            let supervisor = Supervisor::start(cluster, stop).await?;
            let database =
                Database { options: through(&socket, "laurel"), kept: Kept::Here { supervisor, lock } };
            match store::provide(&through(&socket, "postgres")).await {
                Ok(()) => Ok(database),
                Err(error) => {
                    database.stop().await;
                    Err(error)
                }
            }
        }
    }
}

impl Database {
    /// How to connect.
    #[must_use]
    pub fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Stops what this process started, after the commands that visit it have ended.
    pub async fn stop(self) {
        let Kept::Here { supervisor, mut lock } = self.kept else { return };
        lock.let_visitors_end().await;
        supervisor.stop().await;
        drop(lock);
    }
}

/// How to connect as `role` to the database of the same name. Nothing of this is taken from the environment.
fn through(socket: &Path, role: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(cluster::PORT)
        .username(role)
        .database(role)
        .ssl_mode(PgSslMode::Disable)
}

/// A failure that the operator can do something about: a sentence that says what.
fn told(message: impl Into<String>) -> Error {
    Error::refused(Code::Invalid, message)
}

//! The database that a command works on: the one that `DATABASE_URL` names.

use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;

use super::{
    config::Config,
    error::{Error, Result},
};
use crate::domain::refusal::Code;

/// A database that is up, for as long as this value is kept.
#[derive(Debug)]
pub struct Database {
    options: PgConnectOptions,
}

/// The database of these settings. `purpose` names the command to whoever finds the database in use.
pub async fn open(config: &Config, _purpose: &str, _stop: &CancellationToken) -> Result<Database> {
    let Some(url) = config.database_url() else {
        return Err(Error::refused(Code::Invalid, "DATABASE_URL is not set."));
    };
    // The URL may hold a password, so it is not repeated.
    let options = url
        .parse()
        .map_err(|error| Error::refused(Code::Invalid, format!("DATABASE_URL can't be read: {error}")))?;
    Ok(Database { options })
}

impl Database {
    /// How to connect.
    #[must_use]
    pub fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Stops what was started for this command.
    pub async fn stop(self) {}
}

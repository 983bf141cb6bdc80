//! `laurel migrate`: for those who want the schema changed before the new server starts.

use clap::Args;

use crate::server::{context::Context, db, error::Result};

/// Bring the database up to date, then end. `laurel serve` does the same at its start.
#[derive(Debug, Args)]
pub struct Migrate {}

impl Migrate {
    /// Opening the program has migrated it; what is left is to say so.
    pub async fn run(self, context: &Context) -> Result<()> {
        let version = db::applied_version(&context.pool).await?;
        println!("The database is up to date (migration {version}).");
        Ok(())
    }
}

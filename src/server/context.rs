//! What every verb is handed: the database, the clock, the settings. Nothing is global, so a test has its
//! own.

use std::sync::Arc;

use sqlx::PgPool;
use uuid::Uuid;

use super::{clock::Clock, config::Config, earning::Writer};

#[derive(Debug, Clone)]
pub struct Context {
    pub pool: PgPool,
    pub clock: Clock,
    pub config: Arc<Config>,
    /// Where single purchases meet to be committed together.
    pub writer: Writer,
}

impl Context {
    #[must_use]
    pub fn new(pool: PgPool, clock: Clock, config: Arc<Config>) -> Self {
        Self { pool, clock, config, writer: Writer::default() }
    }
}

/// A new id: `UUIDv7`, so that rows made together lie together.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

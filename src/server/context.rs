//! What every verb is handed: the database, the clock, the settings. Nothing is global, so a test has its
//! own.

use std::sync::Arc;

use sqlx::PgPool;
use uuid::Uuid;

use super::{clock::Clock, config::Config};

#[derive(Debug, Clone)]
pub struct Context {
    pub pool: PgPool,
    pub clock: Clock,
    pub config: Arc<Config>,
}

/// A new id: `UUIDv7`, so that rows made together lie together.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

//! What every verb is handed: the database, the clock, the settings. Nothing is global, so a test has its
//! own.

use std::sync::{Arc, PoisonError, RwLock};

use sqlx::PgPool;
use uuid::Uuid;

use super::{clock::Clock, config::Config, watchers::Watchers};
use crate::domain::earning::Rulebook;

#[derive(Debug, Clone)]
pub struct Context {
    pub pool: PgPool,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub rulebook: KeptRulebook,
    /// The pages that are open on this server.
    pub watchers: Watchers,
}

/// The rulebook that was read last, with the edition that it is of: it changes some times a year and decides
/// about every purchase.
#[derive(Debug, Clone, Default)]
pub struct KeptRulebook(Arc<RwLock<Option<Edition>>>);

/// The number of an edition, and its book.
type Edition = (i64, Arc<Rulebook>);

impl KeptRulebook {
    /// The book, if it is of this edition.
    #[must_use]
    pub fn of(&self, edition: i64) -> Option<Arc<Rulebook>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(kept, _)| *kept == edition).map(|(_, book)| Arc::clone(book))
    }

    /// The book that was read last, of whichever edition.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<Rulebook>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().map(|(_, book)| Arc::clone(book))
    }

    pub fn keep(&self, edition: i64, book: &Arc<Rulebook>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((edition, Arc::clone(book)));
    }
}

/// A new id: `UUIDv7`, so that rows made together lie together.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

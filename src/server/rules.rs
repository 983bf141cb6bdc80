//! The rulebook: everything that decides what a purchase earns, read in the transaction that uses it.

pub mod drafts;
pub mod editing;
mod store;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use sqlx::PgConnection;

pub use store::{challenges, live_badges, lock, program, spend, spent, tier_policy, tiers};

use super::{context::Context, error::Result};
use crate::domain::earning::{Rounding, Rulebook, Trace};

/// The rules as they are now, with every version that ever was live: a late purchase is judged by its own
/// time. What was read once is kept until somebody changes something.
pub async fn current(ctx: &Context, conn: &mut PgConnection) -> Result<Arc<Rulebook>> {
    let (edition, rounding) = store::edition(conn).await?;
    if let Some(kept) = ctx.rulebook.of(edition) {
        return Ok(kept);
    }
    let book = Arc::new(read(conn, rounding).await?);
    // What changed while it was read makes another edition; then nothing is kept.
    if store::edition(conn).await?.0 == edition {
        ctx.rulebook.keep(edition, &book);
    }
    Ok(book)
}

/// A book that can name all that these traces speak of. Versions never change, so one from memory does, and
/// nothing is asked of the database as a rule.
pub async fn naming(ctx: &Context, traces: &[&Trace]) -> Result<Arc<Rulebook>> {
    let kept = ctx.rulebook.newest();
    if let Some(kept) = kept.filter(|kept| traces.iter().all(|trace| kept.knows(trace))) {
        return Ok(kept);
    }
    current(ctx, &mut *ctx.pool.acquire().await?).await
}

/// The rules as they are now.
pub async fn rulebook(conn: &mut PgConnection) -> Result<Rulebook> {
    let (_, rounding) = store::edition(conn).await?;
    read(conn, rounding).await
}

async fn read(conn: &mut PgConnection, rounding: Rounding) -> Result<Rulebook> {
    let program = store::program(conn).await?;
    let parts = (store::rules(conn).await?, store::campaigns(conn).await?);
    let (tiers, badges) = (store::tiers(conn).await?, store::live_badges(conn).await?);
    let tier_policy = store::tier_policy(conn).await?;
    let mut book = Rulebook::new(program, parts, tiers, badges, rounding);
    book.tier_policy = tier_policy;
    Ok(book.with_challenges(&store::challenges(conn).await?))
}

/// The rules that an evaluation looked at, as they were: what is left after a return is judged by them.
pub async fn rulebook_of(conn: &mut PgConnection, trace: &Trace) -> Result<Rulebook> {
    Ok(rulebook(conn).await?.of_trace(trace))
}

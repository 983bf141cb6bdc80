//! Takes what happened out of the outbox and hands it to those who listen: each batch and everything that
//! follows from it in one transaction, so that nothing is heard twice or not at all.

use super::{
    context::Context,
    error::Result,
    events::{self, Taken},
    jobs::Pace,
    leaderboards, moments, streaks,
};

/// How many events one step takes.
const BATCH: i64 = 2_000;

/// One step: a batch of events, and what follows from it.
pub async fn step(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    let Taken { mut events, since } = events::take(&mut tx, BATCH).await?;
    let pace = if events.is_empty() { Pace::Rest } else { Pace::More };
    leaderboards::apply(&ctx, &mut tx, &events).await?;
    // What follows is told together with what it follows from.
    events.extend(streaks::apply(&mut tx, (&events, since), ctx.clock.now()).await?);
    moments::keep(&mut tx, &events, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(pace)
}

//! Counters that nothing reads any more: of badges that were retired or made anew, and of challenges that
//! have ended. Every purchase reads all counters of its member, so what is read for nothing is thrown away.

use std::collections::BTreeSet;

use tracing::info;

use super::store;
use crate::{
    domain::counters::QUALIFYING,
    server::{context::Context, error::Result, jobs::Pace, rules},
};

/// How many members are swept in one transaction.
const MEMBERS: i64 = 500;

/// Sweeps some members, once for each edition of the rules. What goes live waits meanwhile: nothing that has
/// begun to count is taken for something that has ended.
pub async fn sweep_step(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    rules::lock(&mut tx).await?;
    let Some(done_until) = store::sweep(&mut tx).await? else { return Ok(Pace::Rest) };
    let book = rules::rulebook(&mut tx).await?;
    let counted = book.game.counters().iter().map(|counter| counter.name.as_str());
    let read: BTreeSet<&str> = counted.chain([QUALIFYING]).collect();
    let read: Vec<String> = read.into_iter().map(str::to_owned).collect();
    let (members, deleted) = store::sweep_members(&mut tx, done_until, MEMBERS, &read).await?;
    tx.commit().await?;
    if deleted > 0 {
        info!("{deleted} counters that nothing reads any more were thrown away");
    }
    Ok(if members == MEMBERS { Pace::More } else { Pace::Rest })
}

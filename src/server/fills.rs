//! What goes live counts what was before it, member by member, beside purchases that go on: badges and
//! challenges.
//!
//! Why nothing is lost and nothing counted twice: (1) The fill begins when every transaction is over that
//! began to write before its badge or challenge was there; whoever begins later reads the new edition of the
//! rulebook, and counts for it. (2) Of each member, everything that is stored is counted anew under the lock
//! of their wallet, which every purchase takes; what the member bought meanwhile is in it. (3) While it is
//! being counted, nothing is given; then what was reached is given by history, and purchases give only what
//! they reach themselves. A unique key of what was given decides races.

mod store;

use std::future::Future;

use jiff::Timestamp;
use sqlx::PgConnection;

use super::{
    context::Context,
    error::Result,
    jobs::Pace,
    ledger::{self, Lots},
    rules,
};
use crate::domain::{earning::Rulebook, ids::MemberId};

pub use store::Fill;

/// How many members one step locks.
const CHUNK: i64 = 200;

/// Each goes through all members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Counting,
    Giving,
}

/// What can be filled.
pub trait Filled {
    const KIND: &'static str;

    /// Where it is; none where nothing of that name is being filled any more.
    fn phase(book: &Rulebook, name: &str) -> Option<Phase>;

    /// Counts or gives for these members, whose wallets are locked; tells how much was given.
    fn step(
        ctx: &Context,
        conn: &mut PgConnection,
        book: &Rulebook,
        of: (&str, Phase),
        members: &[MemberId],
    ) -> impl Future<Output = Result<u64>> + Send;

    /// Every member went through this phase.
    fn passed(conn: &mut PgConnection, name: &str, phase: Phase) -> impl Future<Output = Result<()>> + Send;
}

/// One step of the oldest fill of a kind that is not finished.
pub async fn step<F: Filled>(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    let Some(fill) = store::take(&mut tx, F::KIND).await? else { return Ok(Pace::Rest) };
    let of = (F::KIND, fill.name.as_str());
    let book = rules::rulebook(&mut tx).await?;
    let Some(phase) = F::phase(&book, &fill.name) else {
        store::finish(&mut tx, of, ctx.clock.now()).await?;
        tx.commit().await?;
        return Ok(Pace::More);
    };
    let Some(watermark) = fill.watermark else {
        store::mark(&mut tx, of).await?;
        tx.commit().await?;
        return Ok(Pace::More);
    };
    if !store::is_over(&mut tx, watermark).await? {
        return Ok(Pace::Rest);
    }
    let members = store::members_after(&mut tx, fill.done_until, CHUNK).await?;
    if members.is_empty() {
        F::passed(&mut tx, &fill.name, phase).await?;
        match phase {
            Phase::Counting => store::begin_again(&mut tx, of).await?,
            Phase::Giving => store::finish(&mut tx, of, ctx.clock.now()).await?,
        }
    } else {
        ledger::lock(&mut tx, &members, Lots::WhenDue, ctx.clock.now()).await?;
        let given = F::step(&ctx, &mut tx, &book, (&fill.name, phase), &members).await?;
        store::advance(&mut tx, of, &members, given).await?;
    }
    tx.commit().await?;
    Ok(Pace::More)
}

/// Begins the fill of what was just written, from the first member.
pub async fn begin<F: Filled>(conn: &mut PgConnection, name: &str, now: Timestamp) -> Result<()> {
    store::begin(conn, (F::KIND, name), now).await
}

/// How far each fill of a kind is.
pub async fn list<F: Filled>(conn: &mut PgConnection) -> Result<Vec<Fill>> {
    store::list(conn, F::KIND).await
}

/// Whether something is being filled still.
pub async fn is_open<F: Filled>(conn: &mut PgConnection, name: &str) -> Result<bool> {
    store::is_open(conn, (F::KIND, name)).await
}

/// Runs the fills of a kind until none is left, however long what is being written holds them up.
#[cfg(test)]
pub async fn finish_all<F: Filled>(ctx: &Context) {
    for _ in 0..2_000 {
        if step::<F>(ctx.clone()).await.expect("a step") == Pace::Rest {
            let fills = list::<F>(&mut ctx.pool.acquire().await.expect("a connection")).await;
            if fills.expect("fills").iter().all(|fill| fill.is_finished) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    panic!("the fills did not end");
}

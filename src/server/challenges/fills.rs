//! A challenge that goes live when its days have begun counts what was before, beside purchases that go on,
//! as badges do (`badges/fills.rs` says why nothing is lost). Then whoever has reached it already is given
//! what it is worth: they did it in time.

mod store;

use sqlx::PgConnection;
use tracing::info;

use super::{settle_member, store as challenges};
use crate::{
    domain::{
        challenge::{Compiled, State},
        earning::Rulebook,
        ids::MemberId,
    },
    server::{
        badges,
        context::Context,
        error::Result,
        jobs::Pace,
        ledger::{self, Lots},
        rules,
    },
};

/// How many members one step locks.
const CHUNK: i64 = 200;

/// One step of the first fill that is not finished.
pub async fn step(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    let Some(fill) = store::take(&mut tx).await? else { return Ok(Pace::Rest) };
    let book = rules::rulebook(&mut tx).await?;
    let Some(compiled) = book.game.challenge(&fill.challenge) else {
        store::finish(&mut tx, &fill.challenge, ctx.clock.now()).await?;
        tx.commit().await?;
        return Ok(Pace::More);
    };
    let Some(watermark) = fill.watermark else {
        store::mark(&mut tx, &fill.challenge).await?;
        tx.commit().await?;
        return Ok(Pace::More);
    };
    if !store::is_over(&mut tx, watermark).await? {
        return Ok(Pace::Rest);
    }
    let members = store::members_after(&mut tx, fill.done_until, CHUNK).await?;
    if members.is_empty() {
        next_phase(&ctx, &mut tx, compiled).await?;
    } else {
        ledger::lock(&mut tx, &members, Lots::WhenDue, ctx.clock.now()).await?;
        one_chunk(&ctx, &mut tx, (&book, compiled), &members).await?;
        store::advance(&mut tx, &fill.challenge, &members).await?;
    }
    tx.commit().await?;
    Ok(Pace::More)
}

async fn next_phase(ctx: &Context, conn: &mut PgConnection, compiled: &Compiled) -> Result<()> {
    let name = &compiled.challenge.challenge;
    if compiled.challenge.state == State::Counting {
        challenges::set_live(conn, name).await?;
        return store::begin_again(conn, name).await;
    }
    info!("The challenge {name} is live; what was before it is counted");
    store::finish(conn, name, ctx.clock.now()).await
}

async fn one_chunk(
    ctx: &Context,
    conn: &mut PgConnection,
    (book, compiled): (&Rulebook, &Compiled),
    members: &[MemberId],
) -> Result<()> {
    if compiled.challenge.state == State::Live {
        return settle_member(ctx, conn, book, compiled, members).await;
    }
    let mut places: Vec<_> = compiled.readers.iter().map(|reader| reader.place).collect();
    places.sort_unstable();
    places.dedup();
    for place in places {
        badges::recount(conn, book.game.counter(place), members, &book.program.time_zone).await?;
    }
    Ok(())
}

/// Begins the fill of a challenge that was just made live.
pub async fn begin(conn: &mut PgConnection, challenge: &str) -> Result<()> {
    store::begin(conn, challenge).await
}

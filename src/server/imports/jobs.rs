//! The background task of imports: one at a time, in the order in which they were started, outside of any
//! request.

use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::{
    engine::{self, End, Nobody, Run},
    input::Input,
    store, uploads,
};
use crate::{
    domain::ids::ImportId,
    server::{context::Context, error::Result},
};

/// How long a person waits at most between starting an import and seeing it run.
const EVERY: Duration = Duration::from_millis(700);
/// How long the batch that is being recorded may take when the server stops.
const GRACE: Duration = Duration::from_secs(20);
/// After so many looks it is checked whether somebody has died, and whether old uploads lie about.
const LOOKS_BETWEEN_CLEANING: u32 = 60;

/// The task, while the server runs.
pub struct Running {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

/// Starts the task.
#[must_use]
pub fn start(ctx: &Context) -> Running {
    let stop = CancellationToken::new();
    let task = tokio::spawn(keep_going(ctx.clone(), stop.clone()));
    Running { task, stop }
}

impl Running {
    /// Waits for the batch that is being recorded.
    pub async fn finish(self) {
        self.stop.cancel();
        if tokio::time::timeout(GRACE, self.task).await.is_err() {
            warn!("The import did not end its batch in time; it can be started again");
        }
    }
}

async fn keep_going(ctx: Context, stop: CancellationToken) {
    let mut looks = 0_u32;
    while !stop.is_cancelled() {
        if looks.is_multiple_of(LOOKS_BETWEEN_CLEANING) {
            logged(engine::mark_dead(&ctx, ctx.clock.now()).await);
            logged(uploads::drop_old(&ctx).await);
        }
        looks = looks.wrapping_add(1);
        let found = logged(next(&ctx, &stop).await).unwrap_or(false);
        if !found {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}

fn logged<T>(outcome: Result<T>) -> Option<T> {
    outcome.map_err(|error| error!("Imports could not go on and will be tried again: {error}")).ok()
}

/// Runs the next import. False: there is none.
async fn next(ctx: &Context, stop: &CancellationToken) -> Result<bool> {
    let Some((run, alive)) = take(ctx).await? else { return Ok(false) };
    let input = Input::File(uploads::path(ctx, run.import_id));
    let outcome = engine::run(ctx, &run, input, stop, &mut Nobody).await;
    // Who follows an import reads its row; what broke was logged.
    match outcome {
        Ok((_, End::Interrupted)) => store::requeue(&mut *ctx.pool.acquire().await?, run.import_id).await?,
        Ok((_, End::Finished)) if !run.dry_run => uploads::remove(ctx, run.import_id).await,
        _ => {}
    }
    alive.end().await;
    Ok(true)
}

async fn take(ctx: &Context) -> Result<Option<(Run, Alive)>> {
    let mut tx = ctx.pool.begin().await?;
    let Some(import) = store::take_queued(&mut tx, ctx.clock.now()).await? else { return Ok(None) };
    store::clear_rejects(&mut tx, import.import_id).await?;
    let alive = Alive::claim(ctx, import.import_id).await?;
    tx.commit().await?;
    let run = Run {
        import_id: import.import_id,
        source: import.source,
        mapping: import.mapping,
        dry_run: import.dry_run,
    };
    Ok(Some((run, alive)))
}

/// A connection whose lock says that this import runs: it is gone when the process is.
pub struct Alive {
    conn: PgConnection,
    import_id: ImportId,
}

impl Alive {
    pub async fn claim(ctx: &Context, import_id: ImportId) -> Result<Self> {
        let mut conn = ctx.pool.acquire().await?.detach();
        store::hold(&mut conn, import_id).await?;
        Ok(Self { conn, import_id })
    }

    pub async fn end(mut self) {
        // Whatever fails here, the lock ends with the connection.
        let _ = store::release(&mut self.conn, self.import_id).await;
        let _ = self.conn.close().await;
    }
}

//! The runner that keeps background tasks going. Which tasks there are is told by `timetable`.
//!
//! Several servers may run the same task at once: each step takes what it works on by row locks (`for update
//! skip locked`). A step is short and can be repeated; one that fails or panics is tried again, later each
//! time.

use std::{pin::Pin, time::Duration};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::{context::Context, error::Result};

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// There may be more to do: the next step follows at once.
    More,
    /// Nothing is left for now.
    Rest,
}

pub type Step = Pin<Box<dyn Future<Output = Result<Pace>> + Send>>;

/// One background task.
#[derive(Clone, Copy)]
pub struct Job {
    /// Named in logs.
    pub name: &'static str,
    /// How long to rest when nothing was left.
    pub every: Duration,
    /// One step.
    pub step: fn(Context) -> Step,
}

const FIRST_RETRY: Duration = Duration::from_millis(500);
const LAST_RETRY: Duration = Duration::from_mins(1);
/// How long a step that is running may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// The tasks of this server, while it runs.
pub struct Running {
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

/// Starts the tasks.
#[must_use]
pub fn start(context: &Context, jobs: Vec<Job>) -> Running {
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    for job in jobs {
        tasks.spawn(keep_going(job, context.clone(), stop.clone()));
    }
    Running { tasks, stop }
}

impl Running {
    /// Lets each task end the step it is in, for some seconds at most.
    pub async fn finish(mut self) {
        self.stop.cancel();
        let ended =
            tokio::time::timeout(GRACE, async { while self.tasks.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            warn!("{} background tasks did not end in time and were cut off", self.tasks.len());
        }
    }
}

async fn keep_going(job: Job, context: Context, stop: CancellationToken) {
    let mut retry = FIRST_RETRY;
    while !stop.is_cancelled() {
        let pause = if let Some(pace) = one_step(job, context.clone()).await {
            if retry > FIRST_RETRY {
                info!(job = job.name, "The background task works again");
            }
            retry = FIRST_RETRY;
            if pace == Pace::More { Duration::ZERO } else { job.every }
        } else {
            let pause = retry;
            retry = (retry * 2).min(LAST_RETRY);
            pause
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
    debug!(job = job.name, "The background task has ended");
}

/// One step in a task of its own, so that a panic ends the step and nothing else. None: it failed, and that
/// was logged.
async fn one_step(job: Job, context: Context) -> Option<Pace> {
    // Dropped together with the runner's task, so that nothing outlives a server that was cut off.
    let mut step = JoinSet::new();
    step.spawn((job.step)(context));
    match step.join_next().await? {
        Ok(Ok(pace)) => Some(pace),
        Ok(Err(error)) => {
            error!(job = job.name, "A background task failed and will be tried again: {error}");
            None
        }
        Err(panic) => {
            error!(job = job.name, "A background task panicked and will be tried again: {panic}");
            None
        }
    }
}

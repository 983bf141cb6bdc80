//! Group commit: single purchases that arrive at the same time are recorded as one batch and commit
//! together.
//!
//! Nobody waits for company: a writer takes what has queued up while the batch before it was committed, so
//! one purchase alone is a batch of one, and sixty-four at once are a batch or two. The writers are tasks of
//! their own: a client that hangs up cancels nothing.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};

use super::Outcome;
use crate::{
    domain::purchase::Purchase,
    server::{
        context::Context,
        error::{Error, Result},
    },
};

/// How many purchases may wait; more wait with their clients.
const QUEUE: usize = 4_096;
/// The most that one commit takes: enough to share its cost, few enough to be quick.
const BATCH: usize = 250;
/// While one waits for the disk, the other decides.
const WRITERS: usize = 2;

/// The queue of a server's writers. They stop when the last clone of it is gone.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    purchase: Purchase,
    answer: oneshot::Sender<Result<Outcome>>,
}

impl Writer {
    /// Starts the writers of a server.
    #[must_use]
    pub fn start(ctx: &Context) -> Self {
        let (queue, receiver) = mpsc::channel(QUEUE);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..WRITERS {
            tokio::spawn(write(ctx.clone(), Arc::clone(&receiver)));
        }
        Self { queue }
    }

    /// Records one purchase, in one commit with others that arrive at the same time. It is recorded even when
    /// nobody waits for the answer any more.
    pub async fn record(&self, purchase: Purchase) -> Result<Outcome> {
        let (answer, outcome) = oneshot::channel();
        let queued = self.queue.send(Waiting { purchase, answer }).await;
        queued.map_err(|_| Error::broken("the writers have stopped"))?;
        outcome.await.map_err(|_| Error::broken("a writer stopped before it answered"))?
    }
}

async fn write(ctx: Context, queue: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while queue.lock().await.recv_many(&mut waiting, BATCH).await > 0 {
        let (purchases, answers): (Vec<_>, Vec<_>) =
            waiting.drain(..).map(|waiting| (waiting.purchase, waiting.answer)).unzip();
        let ctx = ctx.clone();
        // In a task of its own, so that a panic is that batch's alone.
        let recorded = tokio::spawn(async move { super::record(&ctx, &purchases).await }).await;
        match recorded.map_err(Error::broken).flatten() {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    // Whoever hung up will ask again under the same id.
                    let _ = answer.send(Ok(outcome));
                }
            }
            Err(error) => refuse_all(answers, error),
        }
    }
}

/// Logs why a batch was not recorded once, and answers everybody in it.
fn refuse_all(answers: Vec<oneshot::Sender<Result<Outcome>>>, error: Error) {
    let reference = error.log();
    for answer in answers {
        let _ = answer.send(Err(Error::broken(format!("recorded nothing, as logged under {reference}"))));
    }
}

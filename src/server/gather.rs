//! What is asked at the same time is done at once: questions queue up while those before them are answered,
//! and the next answer is for all that wait.
//!
//! Nobody waits for company: one question alone is asked alone, and sixty-four at once are a statement or
//! two. The work is done in tasks of its own: a client that hangs up cancels nothing.

use std::fmt;

use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use super::error::{Error, Result};

/// How many questions may wait; more wait with those who ask.
const QUEUE: usize = 4_096;

/// How what waits is taken together.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// The most that one round takes.
    pub most: usize,
    /// How many rounds may run at the same time.
    pub at_once: usize,
    /// One round takes whatever waits, without waiting for company. Another beside it is begun for so many
    /// only: what it would save in time, fewer would pay for twice.
    pub enough: usize,
}

/// A queue of questions. Who answers them stops when the last clone of it is gone.
pub struct Gather<Q, A> {
    queue: mpsc::Sender<Asked<Q, A>>,
}

struct Asked<Q, A> {
    question: Q,
    answer: oneshot::Sender<Result<A>>,
}

impl<Q, A> Clone for Gather<Q, A> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<Q, A> fmt::Debug for Gather<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gather")
    }
}

impl<Q: Send + 'static, A: Send + 'static> Gather<Q, A> {
    /// Starts answering with `verb`, which gives an answer for each question in the order given. What is
    /// answered was asked before `verb` began.
    pub fn start<F>(rounds: Rounds, verb: impl Fn(Vec<Q>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Vec<A>>> + Send + 'static,
    {
        let (queue, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(answer(receiver, rounds, verb));
        Self { queue }
    }

    /// Asks, and waits for the answer. What was asked is done even when nobody waits for it any more.
    pub async fn ask(&self, question: Q) -> Result<A> {
        let answer = self.queue(question).await?;
        answer.await.map_err(|_| Error::broken("who was to answer stopped before"))?
    }

    /// Asks, and gives what the answer will come through.
    pub async fn queue(&self, question: Q) -> Result<oneshot::Receiver<Result<A>>> {
        let (answer, answered) = oneshot::channel();
        let queued = self.queue.send(Asked { question, answer }).await;
        queued.map_err(|_| Error::broken("nobody answers any more"))?;
        Ok(answered)
    }
}

async fn answer<Q, A, F>(mut queue: mpsc::Receiver<Asked<Q, A>>, rounds: Rounds, verb: impl Fn(Vec<Q>) -> F)
where
    Q: Send + 'static,
    A: Send + 'static,
    F: Future<Output = Result<Vec<A>>> + Send + 'static,
{
    let mut waiting: Vec<Asked<Q, A>> = Vec::new();
    let mut running = JoinSet::new();
    let mut open = true;
    while open || !waiting.is_empty() {
        let room = rounds.most - waiting.len();
        tokio::select! {
            _ = running.join_next(), if !running.is_empty() => {}
            come = queue.recv_many(&mut waiting, room), if open && room > 0 => open = come > 0,
        }
        let next = if running.is_empty() { 1 } else { rounds.enough };
        if waiting.len() >= next && running.len() < rounds.at_once {
            let (questions, waiters) = waiting.drain(..).map(|asked| (asked.question, asked.answer)).unzip();
            running.spawn(round(verb(questions), waiters));
        }
    }
    // The last answers are on their way.
    while running.join_next().await.is_some() {}
}

async fn round<A: Send + 'static>(
    answers: impl Future<Output = Result<Vec<A>>> + Send + 'static,
    waiters: Vec<oneshot::Sender<Result<A>>>,
) {
    // In a task of its own, so that a panic is that round's alone.
    match tokio::spawn(answers).await.map_err(Error::broken).flatten() {
        Ok(answers) => {
            for (waiter, answer) in waiters.into_iter().zip(answers) {
                // Whoever hung up will ask again.
                let _ = waiter.send(Ok(answer));
            }
        }
        Err(error) => refuse_all(waiters, error),
    }
}

/// Logs once why a round came to nothing, and tells everybody in it.
fn refuse_all<A>(waiters: Vec<oneshot::Sender<Result<A>>>, error: Error) {
    let reference = error.log();
    for waiter in waiters {
        let _ = waiter.send(Err(Error::broken(format!("nothing was done, as logged under {reference}"))));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    /// Counts its rounds; a round with a 13 in it panics.
    fn doubling(rounds: Rounds) -> (Gather<u32, u32>, Arc<AtomicUsize>) {
        let counted = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&counted);
        let gather = Gather::start(rounds, move |questions: Vec<u32>| {
            let counting = Arc::clone(&counting);
            async move {
                counting.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                assert!(!questions.contains(&13), "bad luck");
                Ok(questions.into_iter().map(|number| number * 2).collect())
            }
        });
        (gather, counted)
    }

    #[tokio::test]
    async fn each_is_answered_and_few_rounds_are_enough_for_many() {
        let (gather, rounds) = doubling(Rounds { most: 40, at_once: 2, enough: 10 });
        let asked: Vec<_> = (100..200)
            .map(|number| {
                let gather = gather.clone();
                tokio::spawn(async move { (number, gather.ask(number).await.expect("an answer")) })
            })
            .collect();
        for asked in asked {
            let (number, answer) = asked.await.expect("a task");
            assert_eq!(answer, number * 2);
        }
        let rounds = rounds.load(Ordering::SeqCst);
        assert!((3..=12).contains(&rounds), "{rounds} rounds");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_done() {
        let (gather, rounds) = doubling(Rounds { most: 1, at_once: 1, enough: 1 });
        for number in 0..3 {
            let mut asking = Box::pin(gather.ask(number));
            // Asked, and hung up.
            assert!(once(asking.as_mut()).await.is_none());
        }
        assert_eq!(gather.ask(4).await.expect("an answer"), 8);
        assert_eq!(rounds.load(Ordering::SeqCst), 4);
    }

    async fn once<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        tokio::select! {
            biased;
            done = future => Some(done),
            () = std::future::ready(()) => None,
        }
    }

    #[tokio::test]
    async fn a_panic_is_that_rounds_alone() {
        let (gather, _) = doubling(Rounds { most: 10, at_once: 1, enough: 1 });
        assert!(matches!(gather.ask(13).await, Err(Error::Broken(_))));
        assert_eq!(gather.ask(14).await.expect("an answer"), 28);
    }
}

//! Group commit: single purchases that arrive at the same time are recorded as one batch and commit
//! together. A writer takes what has queued up while the batch before it was committed.

use super::Outcome;
use crate::{
    domain::purchase::Purchase,
    server::{
        context::Context,
        error::Result,
        gather::{Gather, Rounds},
    },
};

/// One commit takes enough to share its cost, and few enough to be quick. While one batch waits for the disk,
/// another decides.
const ROUNDS: Rounds = Rounds { most: 250, at_once: 2, enough: 24 };

/// The queue of a server's writers. They stop when the last clone of it is gone.
#[derive(Debug, Clone)]
pub struct Writer(Gather<Purchase, Outcome>);

impl Writer {
    /// Starts the writers of a server.
    #[must_use]
    pub fn start(ctx: &Context) -> Self {
        let ctx = ctx.clone();
        Self(Gather::start(ROUNDS, move |purchases: Vec<Purchase>| {
            let ctx = ctx.clone();
            async move { super::record(&ctx, &purchases).await }
        }))
    }

    /// Records one purchase, in one commit with others that arrive at the same time. It is recorded even when
    /// nobody waits for the answer any more.
    pub async fn record(&self, purchase: Purchase) -> Result<Outcome> {
        self.0.ask(purchase).await
    }
}

//! Group commit: purchases that arrive at the same time are recorded as one batch and commit together. A
//! writer takes what has queued up while the batch before it was committed.
//!
//! Of what is sent in batches, who bought decides which writer records a purchase. So two batches that are
//! under way at the same time never wait for each other's members, as two that were made up by chance would
//! almost always do. What is sent one by one stays together: divided, each commit would be for fewer.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Outcome;
use crate::{
    domain::purchase::{MemberRef, Purchase},
    server::{
        context::Context,
        error::{Error, Result},
        gather::{Gather, Rounds},
    },
};

/// Between how many writers the members of batches are divided.
const WRITERS: usize = 2;
/// One commit takes enough to share its cost, and few enough to be quick. While one round waits for the disk,
/// another decides.
const SINGLE: Rounds = Rounds { most: 250, at_once: 2, enough: 24 };
const BATCHES: Rounds = Rounds { most: 500, at_once: 1, enough: 1 };

/// The queues of a server's writers. They stop when the last clone of it is gone.
#[derive(Debug, Clone)]
pub struct Writer {
    single: Gather<Purchase, Outcome>,
    batches: [Gather<Purchase, Outcome>; WRITERS],
}

impl Writer {
    /// Starts the writers of a server.
    #[must_use]
    pub fn start(ctx: &Context) -> Self {
        let start = |rounds| {
            let ctx = ctx.clone();
            Gather::start(rounds, move |purchases: Vec<Purchase>| {
                let ctx = ctx.clone();
                async move { super::record(&ctx, &purchases).await }
            })
        };
        Self { single: start(SINGLE), batches: std::array::from_fn(|_| start(BATCHES)) }
    }

    /// Records one purchase, in one commit with others that arrive at the same time. It is recorded even when
    /// nobody waits for the answer any more.
    pub async fn record(&self, purchase: Purchase) -> Result<Outcome> {
        self.single.ask(purchase).await
    }

    /// Records purchases, and answers each in the order given. Whoever calls this sees to it that it is not
    /// dropped before all have queued up.
    pub async fn record_all(&self, purchases: Vec<Purchase>) -> Result<Vec<Outcome>> {
        let mut asked = Vec::with_capacity(purchases.len());
        for purchase in purchases {
            asked.push(self.of(&purchase.member).queue(purchase).await?);
        }
        let mut outcomes = Vec::with_capacity(asked.len());
        for answer in asked {
            outcomes.push(answer.await.map_err(|_| Error::broken("a writer stopped before it answered"))??);
        }
        Ok(outcomes)
    }

    /// A member who goes by two names may come to two writers, and waits under the lock of the wallet.
    fn of(&self, member: &MemberRef) -> &Gather<Purchase, Outcome> {
        let mut hasher = DefaultHasher::new();
        member.hash(&mut hasher);
        &self.batches[usize::from(hasher.finish() % 2 == 1)]
    }
}

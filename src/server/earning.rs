//! The write path: everything is a batch. Purchase -> rules -> ledger, counters, badges, tiers, events; one
//! transaction.

pub mod activities;
mod batch;
mod preview;
mod store;
mod writer;

#[cfg(test)]
mod tests;

pub use {
    preview::{preview, preview_by},
    store::about,
    writer::Writer,
};

use super::{
    context::Context,
    documents::{self, Claimed},
    error::{Error, Result},
};
use crate::domain::{
    earning::Trace,
    ids::MemberId,
    ledger::Balances,
    purchase::Purchase,
    refusal::{Code, Refusal},
    standing::Award,
};

/// The most purchases that one batch may have.
pub const MAX_BATCH: usize = 1_000;

/// What became of one purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    New(Box<Receipt>),
    /// The same document with the same body was recorded before; nothing changed. The receipt is the one that
    /// was given then.
    Known(Box<Receipt>),
    Refused(Refusal),
}

impl Outcome {
    /// The explanation of what it earned, if it was recorded.
    #[must_use]
    pub fn trace(&self) -> Option<&Trace> {
        match self {
            Self::New(receipt) | Self::Known(receipt) => Some(&receipt.trace),
            Self::Refused(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub member_id: MemberId,
    pub points: i64,
    /// Of the points, those that can be spent later only.
    pub pending: i64,
    /// What the member had afterwards.
    pub balances: Balances,
    pub trace: Trace,
    pub awards: Vec<Award>,
    /// The name of the tier afterwards.
    pub tier: Option<String>,
}

/// Records purchases in one transaction and answers each, in the order given. An unknown outside id makes a
/// member.
///
/// Refuses single purchases that no shop would send, that name an unknown member, or whose document id was
/// used for another body; the others land.
pub async fn record(ctx: &Context, purchases: &[Purchase]) -> Result<Vec<Outcome>> {
    if purchases.len() > MAX_BATCH {
        return Err(Error::refused(
            Code::Invalid,
            format!("A batch has at most {MAX_BATCH} purchases; split it"),
        ));
    }
    let now = ctx.clock.now();
    let mut outcomes: Vec<Option<Outcome>> =
        purchases.iter().map(|purchase| purchase.check(now).err().map(Outcome::Refused)).collect();
    let accepted: Vec<usize> = (0..purchases.len()).filter(|index| outcomes[*index].is_none()).collect();
    let items: Vec<&Purchase> = accepted.iter().map(|index| &purchases[*index]).collect();
    for (index, outcome) in accepted.into_iter().zip(record_isolated(ctx, &items).await?) {
        outcomes[index] = Some(outcome);
    }
    Ok(outcomes.into_iter().flatten().collect())
}

/// Whether these documents are in the books already, in the order given. Nothing is written.
pub async fn look_up(ctx: &Context, purchases: &[Purchase]) -> Result<Vec<Claimed>> {
    let documents = purchases.iter().map(batch::identity).collect::<Result<Vec<_>>>()?;
    documents::look_up(&mut *ctx.pool.acquire().await?, &documents).await
}

/// Records a batch; when the database refuses it for its data, halves it until the poison stands alone.
async fn record_isolated(ctx: &Context, purchases: &[&Purchase]) -> Result<Vec<Outcome>> {
    if purchases.is_empty() {
        return Ok(Vec::new());
    }
    match batch::record(ctx, purchases).await {
        Ok(outcomes) => Ok(outcomes),
        Err(error) if !error.is_about_data() => Err(error),
        Err(error) if purchases.len() == 1 => {
            let reference = error.log();
            let message = format!("This purchase could not be recorded; ask us about reference {reference}");
            Ok(vec![Outcome::Refused(Refusal::new(Code::Invalid, message))])
        }
        Err(_) => {
            let (left, right) = purchases.split_at(purchases.len() / 2);
            let mut outcomes = Box::pin(record_isolated(ctx, left)).await?;
            outcomes.extend(Box::pin(record_isolated(ctx, right)).await?);
            Ok(outcomes)
        }
    }
}

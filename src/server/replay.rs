//! Replay of a draft over the stored history: total points, liability, tiers, who changes most. Nothing is
//! written: it reads from one snapshot that can't write, some hundreds of members at a time, so that memory
//! stays flat however long the history is. Budgets are shared out in the order in which members are read.

pub mod runs;
mod store;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    context::Context,
    earning,
    error::{Error, Result},
    rules,
};
use crate::domain::{
    activity::Activity,
    earning::Rulebook,
    ids::MemberId,
    purchase::Purchase,
    replay::{Counted, Draft, Effect, Rehearsal, Report},
};

/// How many members are read at a time.
const PAGE: i64 = 500;

/// A document as stored, with what it earned.
pub enum Told {
    Purchase(Purchase, i64),
    Activity(Activity, i64),
}

impl Told {
    fn at(&self) -> Timestamp {
        match self {
            Self::Purchase(purchase, _) => purchase.purchased_at,
            Self::Activity(activity, _) => activity.occurred_at,
        }
    }
}

/// Runs a draft over all that is stored. `progress` hears of members that are done, and of how many there
/// are.
///
/// Refused: `invalid`, with the place in the draft.
pub async fn replay(
    ctx: &Context,
    draft: &Draft,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Report> {
    let mut tx = ctx.pool.begin().await?;
    store::only_read(&mut tx).await?;
    let live = rules::rulebook(&mut tx).await?;
    let book = draft.over(&live).map_err(Error::Refused)?;
    let total = u64::try_from(store::members(&mut tx).await?).unwrap_or_default();
    let now = ctx.clock.now();
    let mut report = Report::new(&book);
    let mut rehearsal = Rehearsal::default();
    let mut after = None;
    loop {
        let page = store::page(&mut tx, after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        let ids: Vec<MemberId> = page.iter().map(|(member, _)| *member).collect();
        let mut told: HashMap<MemberId, Vec<Told>> = HashMap::new();
        store::purchases(&mut tx, &ids, &mut told).await?;
        store::activities(&mut tx, &ids, &mut told).await?;
        let mut about = earning::about(&mut tx, &ids, &book).await?;
        for (member, name) in page {
            let told = told.remove(&member).unwrap_or_default();
            rehearsal.next(about.remove(&member).unwrap_or_default());
            let effect = rehearse(&book, &mut rehearsal, told, now);
            report.add(&book, &effect, || (name, member.to_string()));
        }
        progress(report.members, total);
    }
    tx.rollback().await?;
    Ok(report)
}

fn rehearse(book: &Rulebook, rehearsal: &mut Rehearsal, mut told: Vec<Told>, now: Timestamp) -> Effect {
    told.sort_by_key(Told::at);
    let today = book.day(now);
    let (mut effect, mut counted) = (Effect::default(), Counted::default());
    for document in &told {
        let (amount, before, trace) = match document {
            Told::Purchase(purchase, points) => {
                (purchase.amount.0, *points, rehearsal.purchase(book, purchase))
            }
            Told::Activity(activity, points) => (0, *points, rehearsal.activity(book, activity)),
        };
        effect.count(book, document.at(), (before, trace.points), now);
        counted.add(book, book.day(document.at()), (amount, before));
    }
    effect.tier_before = rehearsal.tier_before(book, &counted, today).map(|tier| tier.tier.clone());
    effect.tier_after = rehearsal.tier(book, today).map(|tier| tier.tier.clone());
    effect
}

//! The engine of every import: reads ahead, records batch by batch, and says after each where it is. What
//! was recorded stays, however the import ends, and starting again is safe: the documents have the same
//! ids.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{
    input::Input,
    reading::{self, Batch, Plan},
    store, uploads,
};
use crate::{
    domain::{
        ids::ImportId,
        import::{
            Field, Mapping,
            progress::{State, Tally},
            purchases::{Candidate, Reject},
        },
        points::grouped,
        purchase::{MemberRef, Purchase},
        refusal::{Code, Refusal},
    },
    server::{
        context::Context,
        documents::Claimed,
        earning::{self, Outcome},
        error::{Error, Result},
        identity::accounts,
        members, program,
    },
};

/// One import that is to be run. Its row exists and is in the state `running`.
#[derive(Debug, Clone)]
pub struct Run {
    pub import_id: ImportId,
    pub source: String,
    pub mapping: Mapping,
    pub dry_run: bool,
}

/// How an import ended without a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Finished,
    /// Somebody stopped this import.
    Cancelled,
    /// The process is stopping.
    Interrupted,
}

/// Who follows an import while it runs.
pub trait Follow {
    /// Rejects, in the order in which they were found.
    fn rejected(&mut self, rejects: &[Reject]) -> Result<()>;
    /// After each batch.
    fn advanced(&mut self, tally: &Tally, bytes: u64);
}

/// Runs an import to its end and writes it into its row. `stop` ends it after the batch that is being
/// recorded.
///
/// Refused: a file that is no table or does not fit its mapping.
pub async fn run<F: Follow>(
    ctx: &Context,
    run: &Run,
    input: Input,
    stop: &CancellationToken,
    follow: &mut F,
) -> Result<(Tally, End)> {
    let mut import = Importing { ctx, run, tally: Tally::default(), unknown: HashSet::new() };
    let (bytes, outcome) = match settled(ctx, run, input).await {
        Ok(input) => import.read(input, stop, follow).await,
        Err(error) => (0, Err(error)),
    };
    let tally = import.tally;
    let outcome = outcome.map_err(|error| with_what_landed(error, run, &tally));
    let failure = match &outcome {
        Ok(_) => None,
        Err(Error::Refused(refusal)) => Some(refusal.message.clone()),
        Err(broken) => Some(format!(
            "Something broke on our side (reference {}). What had landed stays; start the import again: \
             nothing counts twice.",
            broken.log()
        )),
    };
    let mut conn = ctx.pool.acquire().await?;
    let state = match &outcome {
        Ok(End::Finished) => State::Done,
        Ok(End::Cancelled) => State::Cancelled,
        Ok(End::Interrupted) | Err(_) => State::Failed,
    };
    let interrupted = matches!(outcome, Ok(End::Interrupted));
    let failure = failure.or_else(|| interrupted.then(|| INTERRUPTED.to_owned()));
    let progress = store::Progress { tally: &tally, bytes };
    store::finish(&mut conn, run.import_id, &progress, state, failure.as_deref(), ctx.clock.now()).await?;
    info!(import.id = %run.import_id, "Import {}: {} new purchases", state.name(), tally.purchases_new);
    outcome.map(|end| (tally, end))
}

/// A file that breaks off in the middle leaves what was recorded until then.
fn with_what_landed(error: Error, run: &Run, tally: &Tally) -> Error {
    match error {
        Error::Refused(mut refusal) if tally.purchases_new > 0 && !run.dry_run => {
            let landed = grouped(tally.purchases_new);
            refusal.message = format!(
                "{} Until there {landed} new purchases landed, and stay. Import the whole file again: \
                 nothing counts twice.",
                refusal.message
            );
            Error::Refused(refusal)
        }
        other => other,
    }
}

/// Why an import is unfinished that nobody stopped.
pub const INTERRUPTED: &str =
    "Laurel was stopped while this import ran. What had landed stays; start it again: nothing counts twice.";

/// Standard input comes only once, and baskets take two readings: it is then kept in a file for a while.
async fn settled(ctx: &Context, run: &Run, input: Input) -> Result<Input> {
    if !matches!(input, Input::StandardInput) || run.mapping.column(Field::Basket).is_none() {
        return Ok(input);
    }
    let mut file = uploads::create(ctx, run.import_id).await?;
    tokio::io::copy(&mut tokio::io::stdin(), &mut file).await?;
    tokio::io::AsyncWriteExt::shutdown(&mut file).await?;
    Ok(Input::File(uploads::path(ctx, run.import_id)))
}

struct Importing<'a> {
    ctx: &'a Context,
    run: &'a Run,
    tally: Tally,
    /// In a dry run: the members that would have been made so far, as hashes.
    unknown: HashSet<u64>,
}

impl Importing<'_> {
    async fn read<F: Follow>(
        &mut self,
        input: Input,
        stop: &CancellationToken,
        follow: &mut F,
    ) -> (u64, Result<End>) {
        let program = match program::show(self.ctx).await {
            Ok(program) => program,
            Err(error) => return (0, Err(error)),
        };
        let (source, mapping) = (self.run.source.clone(), self.run.mapping.clone());
        let mut batches = reading::start(input, Plan { source, mapping, program, now: self.ctx.clock.now() });
        let mut bytes = 0;
        loop {
            let batch = tokio::select! {
                biased;
                () = stop.cancelled() => return (bytes, Ok(End::Interrupted)),
                batch = batches.recv() => batch,
            };
            let recorded = match batch {
                None => return (bytes, Ok(End::Finished)),
                Some(Err(error)) => return (bytes, Err(error)),
                Some(Ok(batch)) => {
                    bytes = batch.bytes;
                    self.absorb(batch, follow).await
                }
            };
            match recorded {
                Ok(true) => {}
                Ok(false) => return (bytes, Ok(End::Cancelled)),
                Err(error) => return (bytes, Err(error)),
            }
        }
    }

    /// One batch, from the write path to the report. False: the import was stopped meanwhile.
    async fn absorb<F: Follow>(&mut self, batch: Batch, follow: &mut F) -> Result<bool> {
        let Batch { candidates, mut rejects, rows, bytes } = batch;
        let (purchases, origins): (Vec<Purchase>, Vec<_>) =
            candidates.into_iter().map(|Candidate { purchase, origins }| (purchase, origins)).unzip();
        if !purchases.is_empty() {
            let found = if self.run.dry_run {
                self.look_up(&purchases).await?
            } else {
                self.record(&purchases).await?
            };
            for (outcome, origins) in found.into_iter().zip(origins) {
                let Err(refusal) = outcome else { continue };
                let reason = in_words(&refusal);
                rejects.extend(origins.into_iter().map(|origin| Reject {
                    origin,
                    field: None,
                    reason: reason.clone(),
                }));
            }
        }
        rejects.sort_by_key(|reject| reject.origin.line);
        self.tally.rows = rows;
        self.tally.rows_rejected += i64::try_from(rejects.len()).unwrap_or(i64::MAX);
        follow.rejected(&rejects)?;
        let mut tx = self.ctx.pool.begin().await?;
        store::insert_rejects(&mut tx, self.run.import_id, &rejects).await?;
        let progress = store::Progress { tally: &self.tally, bytes };
        let goes_on = store::advance(&mut tx, self.run.import_id, &progress).await?;
        tx.commit().await?;
        follow.advanced(&self.tally, bytes);
        Ok(goes_on)
    }

    async fn record(&mut self, purchases: &[Purchase]) -> Result<Vec<std::result::Result<(), Refusal>>> {
        let unknown = self.unknown_members(purchases).await?;
        let mut made = HashSet::new();
        let outcomes = earning::record(self.ctx, purchases).await?;
        let mut found = Vec::with_capacity(outcomes.len());
        for (purchase, outcome) in purchases.iter().zip(outcomes) {
            match outcome {
                Outcome::New(receipt) => {
                    self.tally.purchases_new += 1;
                    self.tally.points += receipt.points;
                    self.tally.amount += purchase.amount.0;
                    made.extend(name(purchase).filter(|name| unknown.contains(name)));
                }
                Outcome::Known(_) => {
                    self.tally.purchases_known += 1;
                    self.tally.amount += purchase.amount.0;
                }
                Outcome::Refused(refusal) => {
                    found.push(Err(refusal));
                    continue;
                }
            }
            found.push(Ok(()));
        }
        self.tally.members_new += i64::try_from(made.len()).unwrap_or(i64::MAX);
        Ok(found)
    }

    /// What recording would find, without writing anything.
    async fn look_up(&mut self, purchases: &[Purchase]) -> Result<Vec<std::result::Result<(), Refusal>>> {
        let unknown = self.unknown_members(purchases).await?;
        let mut found = Vec::with_capacity(purchases.len());
        for (purchase, claimed) in purchases.iter().zip(earning::look_up(self.ctx, purchases).await?) {
            found.push(match claimed {
                Claimed::Conflict => Err(Refusal::new(Code::DocumentConflict, "")),
                Claimed::New | Claimed::Known => Ok(()),
            });
            match claimed {
                Claimed::New => self.tally.purchases_new += 1,
                Claimed::Known => self.tally.purchases_known += 1,
                Claimed::Conflict => continue,
            }
            self.tally.amount += purchase.amount.0;
            if let Some(name) = name(purchase).filter(|name| unknown.contains(name)) {
                self.tally.members_new += i64::from(self.unknown.insert(hash_of(name)));
            }
        }
        Ok(found)
    }

    /// Who of this batch is no member yet.
    async fn unknown_members<'p>(&self, purchases: &'p [Purchase]) -> Result<HashSet<&'p str>> {
        let mut names: HashSet<&str> = purchases.iter().filter_map(name).collect();
        let wanted: Vec<&str> = names.iter().copied().collect();
        let mut conn = self.ctx.pool.acquire().await?;
        let known = members::known_external(&mut conn, &wanted).await?;
        names.retain(|name| !known.contains_key(*name));
        // A name that is an address goes to whoever has joined with it.
        let addresses: Vec<String> =
            names.iter().filter(|name| name.contains('@')).map(|name| name.to_lowercase()).collect();
        let joined = accounts::joined(&mut conn, &addresses).await?;
        names.retain(|name| !joined.contains(&name.to_lowercase()));
        Ok(names)
    }
}

/// Marks what a process has left `running` that runs no more.
pub async fn mark_dead(ctx: &Context, now: Timestamp) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    let dead = store::fail_dead(&mut tx, INTERRUPTED, now).await?;
    tx.commit().await?;
    if dead > 0 {
        info!("{dead} imports were left unfinished by a process that is gone; they can be started again");
    }
    Ok(())
}

fn name(purchase: &Purchase) -> Option<&str> {
    match &purchase.member {
        MemberRef::ExternalId(name) => Some(name),
        _ => None,
    }
}

fn hash_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

fn in_words(refusal: &Refusal) -> String {
    match (refusal.code, refusal.fields.first()) {
        (Code::DocumentConflict, _) => {
            "This purchase is in the books with other content (another mapping, or a changed row). It \
             stays as it is there"
                .to_owned()
        }
        (_, Some(field)) => field.message.clone(),
        _ => refusal.message.clone(),
    }
}

/// Nobody follows: the row in the database says it all.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Follow for Nobody {
    fn rejected(&mut self, _: &[Reject]) -> Result<()> {
        Ok(())
    }

    fn advanced(&mut self, _: &Tally, _: u64) {}
}

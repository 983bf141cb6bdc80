//! Reads a file into batches of purchases, on a thread of its own and one batch ahead of the one that is
//! being recorded.

use std::collections::HashSet;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::input::{self, Input, Table};
use crate::{
    domain::{
        import::{
            Field, Mapping,
            purchases::{Assembler, Candidate, Reject, Survey, Yield},
            rows::RowReader,
            titles,
        },
        program::Program,
        refusal::Code,
    },
    server::{
        earning::MAX_BATCH,
        error::{Error, Result},
    },
};

/// When none of so many first rows can be read, the mapping is wrong and not the rows.
pub const TRIAL_ROWS: usize = 50;
/// The most rows that wait in memory for the rest of their basket.
const MAX_HELD_ROWS: usize = 200_000;

/// How a file is to be read.
#[derive(Debug, Clone)]
pub struct Plan {
    pub source: String,
    pub mapping: Mapping,
    pub program: Program,
    pub now: Timestamp,
}

/// What is recorded in one go.
#[derive(Debug, Default)]
pub struct Batch {
    pub candidates: Vec<Candidate>,
    pub rejects: Vec<Reject>,
    /// Rows and bytes of the file so far.
    pub rows: i64,
    pub bytes: u64,
}

/// Begins to read. The channel ends where the file does; a refusal is the last that it brings.
pub fn start(input: Input, plan: Plan) -> Receiver<Result<Batch>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = read(&input, plan, &sender) {
            // Nobody listens any more when the import was stopped.
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

fn read(input: &Input, plan: Plan, sender: &Sender<Result<Batch>>) -> Result<()> {
    let table = input::open(input)?;
    let reader = RowReader::new(&plan.mapping, &table.header, &plan.program)?;
    let mut assembler = Assembler::new(reader.clone(), plan.source, plan.now, sha256);
    if plan.mapping.column(Field::Basket).is_some() {
        assembler = assembler.holding(survey(input, &reader)?);
    }
    let Table { header, mut records, gauge } = table;
    let mut trial = Trial { mapping: &plan.mapping, header: &header, passed: false };
    let mut out = Yield::default();
    let mut rows = 0;
    loop {
        let record = records.next();
        let more = record.is_some();
        if let Some(record) = record {
            rows += 1;
            assembler.take(record, &mut out);
        } else {
            gauge.check()?;
            assembler.finish(&mut out);
        }
        if let Err(refusal) = trial.judge(&out, rows, more) {
            let batch = Batch { rejects: out.rejects, rows, bytes: gauge.bytes(), ..Batch::default() };
            let _ = sender.blocking_send(Ok(batch));
            return Err(refusal);
        }
        if assembler.held_rows() > MAX_HELD_ROWS {
            return Err(too_scattered());
        }
        // The finish may bring more at once than a batch holds.
        while out.candidates.len() >= MAX_BATCH || out.rejects.len() >= MAX_BATCH || !more {
            let candidates = out.candidates.drain(..out.candidates.len().min(MAX_BATCH)).collect();
            let rejects = std::mem::take(&mut out.rejects);
            let batch = Batch { candidates, rejects, rows, bytes: gauge.bytes() };
            if sender.blocking_send(Ok(batch)).is_err() || (!more && out.candidates.is_empty()) {
                return Ok(());
            }
        }
    }
}

/// Reads the whole file once for its baskets alone.
fn survey(input: &Input, reader: &RowReader) -> Result<HashSet<u64>> {
    let table = input::open(input)?;
    let mut survey = Survey::default();
    for record in table.records {
        if let Some(basket) = record.cells.as_deref().ok().and_then(|cells| reader.basket(cells)) {
            survey.take(basket);
        }
    }
    table.gauge.check()?;
    Ok(survey.scattered())
}

/// Finds out early that the mapping is wrong, before anything lands.
struct Trial<'a> {
    mapping: &'a Mapping,
    header: &'a [String],
    passed: bool,
}

impl Trial<'_> {
    fn judge(&mut self, out: &Yield, rows: i64, more: bool) -> Result<()> {
        if self.passed || (more && out.rejects.len() < TRIAL_ROWS) {
            return Ok(());
        }
        let all_bad =
            out.candidates.is_empty() && i64::try_from(out.rejects.len()).is_ok_and(|bad| bad == rows);
        self.passed = !all_bad || rows == 0;
        if !self.passed {
            return Err(self.refusal(&out.rejects));
        }
        if rows == 0 {
            return Err(Error::refused(Code::UnreadableFile, "The file has a header and no rows."));
        }
        Ok(())
    }

    /// Names the column that most of the rows stumble over, and what stands in it.
    fn refusal(&self, rejects: &[Reject]) -> Error {
        let count = |field: Option<Field>| rejects.iter().filter(|reject| reject.field == field).count();
        let blamed = rejects.iter().map(|reject| reject.field).max_by_key(|field| count(*field)).flatten();
        let example = rejects.iter().find(|reject| reject.field == blamed).or(rejects.first());
        let reason = example
            .map_or_else(String::new, |reject| format!(" Line {}: {}.", reject.origin.line, reject.reason));
        let advice = match blamed.and_then(|field| Some((field, self.mapping.column(field)?))) {
            Some((field, column)) => format!(
                " Check the mapping of {}, which is the column \"{column}\" now; the file has {}.",
                field.name(),
                titles(self.header)
            ),
            None => " Check that this is the right file.".to_owned(),
        };
        let rows = if rejects.len() == 1 {
            "The only row can't".to_owned()
        } else {
            format!("None of the first {} rows can", rejects.len())
        };
        Error::refused(Code::UnreadableFile, format!("{rows} be imported, so nothing was.{reason}{advice}"))
    }
}

fn too_scattered() -> Error {
    Error::refused(
        Code::UnreadableFile,
        "The rows of too many baskets stand far apart. Sort the file by its basket column and import it \
         again: nothing counts twice.",
    )
}

fn sha256(content: &str) -> [u8; 32] {
    Sha256::digest(content.as_bytes()).into()
}

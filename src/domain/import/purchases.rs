//! Rows as purchases. Rows of one basket are the lines of one purchase: it lands whole or not at all.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use jiff::Timestamp;

use super::{
    Field, Trouble,
    identity::{self, Digest, Ordinals},
    rows::{Row, RowReader},
    shown,
    table::Record,
};
use crate::domain::{
    points::Money,
    purchase::{MAX_LINES, MemberRef, Purchase},
};

/// A row, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub line: u64,
    pub text: String,
}

/// A row that is no purchase, with the reason in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub origin: Origin,
    pub field: Option<Field>,
    pub reason: String,
}

/// A purchase that may be recorded, and the rows that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub purchase: Purchase,
    pub origins: Vec<Origin>,
}

/// What comes of rows.
#[derive(Debug, Default)]
pub struct Yield {
    pub candidates: Vec<Candidate>,
    pub rejects: Vec<Reject>,
}

/// Makes purchases of the rows of one file, row by row.
#[derive(Debug)]
pub struct Assembler {
    reader: RowReader,
    source: String,
    now: Timestamp,
    digest: Digest,
    ordinals: Ordinals,
    open: Option<Basket>,
    /// Baskets whose rows stand apart in the file: they are held back until its end.
    scattered: HashSet<u64>,
    held: HashMap<String, Basket>,
    held_rows: usize,
}

impl Assembler {
    #[must_use]
    pub fn new(reader: RowReader, source: String, now: Timestamp, digest: Digest) -> Self {
        Self {
            reader,
            source,
            now,
            digest,
            ordinals: Ordinals::default(),
            open: None,
            scattered: HashSet::new(),
            held: HashMap::new(),
            held_rows: 0,
        }
    }

    /// Tells which baskets stand apart, as a `Survey` of the same file has found them.
    #[must_use]
    pub fn holding(mut self, scattered: HashSet<u64>) -> Self {
        self.scattered = scattered;
        self
    }

    /// How many rows were held back for the end of the file.
    #[must_use]
    pub fn held_rows(&self) -> usize {
        self.held_rows
    }

    pub fn take(&mut self, record: Record, out: &mut Yield) {
        let origin = Origin { line: record.line, text: record.text };
        let cells = match record.cells {
            Ok(cells) => cells,
            Err(reason) => {
                if let Some(open) = &mut self.open {
                    open.torn = Some(origin.line);
                }
                return out.rejects.push(Reject { origin, field: None, reason });
            }
        };
        let read = self.reader.read(&cells);
        match self.reader.basket(&cells) {
            None => self.take_purchase(&cells, read, origin, out),
            Some("") => {
                let field = Some(Field::Basket);
                out.rejects.push(Reject { origin, field, reason: "The basket number is missing".to_owned() });
            }
            Some(basket) => self.take_line(basket, read, origin, out),
        }
    }

    /// What was still open when the file ended.
    pub fn finish(&mut self, out: &mut Yield) {
        let mut last: Vec<Basket> = self.open.take().into_iter().collect();
        let mut held: Vec<Basket> = self.held.drain().map(|(_, basket)| basket).collect();
        held.sort_by_key(|basket| basket.first_line);
        last.append(&mut held);
        for basket in last {
            self.close(basket, out);
        }
    }

    fn take_purchase(
        &mut self,
        cells: &[String],
        read: Result<Row, Trouble>,
        origin: Origin,
        out: &mut Yield,
    ) {
        let mut row = match read {
            Ok(row) => row,
            Err(Trouble { field, reason }) => return out.rejects.push(Reject { origin, field, reason }),
        };
        let document_id = row.id.take().unwrap_or_else(|| {
            let digest = (self.digest)(&identity::content(cells));
            identity::document_id(&digest, self.ordinals.next(&digest))
        });
        self.offer(document_id, vec![(origin, row)], out);
    }

    fn take_line(&mut self, id: &str, read: Result<Row, Trouble>, origin: Origin, out: &mut Yield) {
        if self.scattered.contains(&basket_key(id)) {
            let mut basket = self.held.remove(id).unwrap_or_else(|| Basket::new(id, origin.line));
            basket.add(read, origin, &self.reader, out);
            self.held_rows += 1;
            self.held.insert(id.to_owned(), basket);
            return;
        }
        if self.open.as_ref().is_some_and(|open| open.id != id)
            && let Some(done) = self.open.take()
        {
            self.close(done, out);
        }
        let open = self.open.get_or_insert_with(|| Basket::new(id, origin.line));
        open.add(read, origin, &self.reader, out);
    }

    fn close(&self, basket: Basket, out: &mut Yield) {
        if !basket.rows.is_empty() {
            self.offer(basket.id, basket.rows, out);
        }
    }

    /// A purchase of these rows, if a shop may send it.
    fn offer(&self, document_id: String, rows: Vec<(Origin, Row)>, out: &mut Yield) {
        let Some((_, first)) = rows.first() else { return };
        let mut purchase = Purchase {
            source: self.source.clone(),
            document_id,
            member: MemberRef::ExternalId(first.member.clone()),
            store: first.store.clone(),
            purchased_at: first.at,
            amount: Money(rows.iter().map(|(_, row)| row.line.amount.0).sum()),
            lines: Vec::with_capacity(rows.len()),
        };
        let mut origins = Vec::with_capacity(rows.len());
        for (origin, row) in rows {
            purchase.lines.push(row.line);
            origins.push(origin);
        }
        match purchase.check(self.now) {
            Ok(()) => out.candidates.push(Candidate { purchase, origins }),
            Err(refusal) => {
                let wrong = refusal.fields.first();
                let reason = wrong.map_or(refusal.message.as_str(), |wrong| wrong.message.as_str());
                let field = wrong.and_then(|wrong| to_blame(&wrong.field));
                out.rejects.extend(origins.into_iter().map(|origin| Reject {
                    origin,
                    field,
                    reason: reason.to_owned(),
                }));
            }
        }
    }
}

/// The rows of one basket, while they come.
#[derive(Debug)]
struct Basket {
    id: String,
    first_line: u64,
    rows: Vec<(Origin, Row)>,
    /// The line that can't be read: none of the basket's rows lands.
    spoilt: Option<u64>,
    /// A line that could belong anywhere came after the last row of this basket.
    torn: Option<u64>,
}

impl Basket {
    fn new(id: &str, first_line: u64) -> Self {
        Self { id: id.to_owned(), first_line, rows: Vec::new(), spoilt: None, torn: None }
    }

    fn add(&mut self, read: Result<Row, Trouble>, origin: Origin, reader: &RowReader, out: &mut Yield) {
        if let Some(line) = self.torn.take() {
            self.spoil(line, out);
        }
        match read.and_then(|row| self.fitting(row, reader)) {
            Ok(row) => match self.spoilt {
                None => self.rows.push((origin, row)),
                Some(line) => out.rejects.push(left_out(origin, line)),
            },
            Err(Trouble { field, reason }) => {
                self.spoil(origin.line, out);
                out.rejects.push(Reject { origin, field, reason });
            }
        }
    }

    /// A basket is of one customer on one day, and not endless: else its number is no basket's.
    fn fitting(&self, row: Row, reader: &RowReader) -> Result<Row, Trouble> {
        let Some((origin, first)) = self.rows.first() else { return Ok(row) };
        let (id, line) = (shown(&self.id), origin.line);
        if row.member != first.member {
            let reason = format!("Basket {id} has another customer here than on line {line}");
            return Err(Trouble::of(Field::Basket, reason));
        }
        if row.at != first.at && reader.day(row.at) != reader.day(first.at) {
            let reason = format!("Basket {id} has another day here than on line {line}");
            return Err(Trouble::of(Field::Basket, reason));
        }
        if self.rows.len() >= MAX_LINES {
            let reason = format!("Basket {id} has more than {MAX_LINES} rows: is this the basket's number?");
            return Err(Trouble::of(Field::Basket, reason));
        }
        Ok(row)
    }

    fn spoil(&mut self, line: u64, out: &mut Yield) {
        let line = *self.spoilt.get_or_insert(line);
        out.rejects.extend(self.rows.drain(..).map(|(origin, _)| left_out(origin, line)));
    }
}

/// Finds the baskets whose rows stand apart, so that a second reading can put them together.
#[derive(Debug, Default)]
pub struct Survey {
    last: Option<u64>,
    seen: HashSet<u64>,
    scattered: HashSet<u64>,
}

impl Survey {
    pub fn take(&mut self, basket: &str) {
        let key = basket_key(basket);
        if self.last.replace(key) != Some(key) && !self.seen.insert(key) {
            self.scattered.insert(key);
        }
    }

    #[must_use]
    pub fn scattered(self) -> HashSet<u64> {
        self.scattered
    }
}

/// Two baskets that share a key are held back for nothing, and are right nevertheless.
fn basket_key(basket: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    basket.hash(&mut hasher);
    hasher.finish()
}

fn left_out(origin: Origin, line: u64) -> Reject {
    let reason = format!("The basket is left out because its row on line {line} can't be imported");
    Reject { origin, field: None, reason }
}

fn to_blame(field: &str) -> Option<Field> {
    match field {
        "purchased_at" => Some(Field::Date),
        other => Field::named(other),
    }
}

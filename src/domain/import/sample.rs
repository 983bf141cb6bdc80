//! The beginning of a file, for whoever chooses what its columns mean.

use super::{
    Mapping, Trouble,
    cells::Currency,
    guess,
    rows::{Row, RowReader},
    table::Record,
};
use crate::domain::{program::Program, refusal::Refusal};

#[derive(Debug, Clone)]
pub struct Sample {
    pub header: Vec<String>,
    pub records: Vec<Record>,
    /// Each record as it would be taken, or why the mapping does not fit.
    pub understood: Result<Vec<Result<Row, Trouble>>, Refusal>,
    pub guess: Mapping,
}

impl Sample {
    #[must_use]
    pub fn of(header: Vec<String>, records: Vec<Record>, mapping: &Mapping, program: &Program) -> Self {
        let cells: Vec<Vec<String>> = records.iter().filter_map(|record| record.cells.clone().ok()).collect();
        let currency = Currency { code: &program.currency, digits: program.currency_digits };
        let guess = guess::mapping(&header, &cells, currency);
        let understood = RowReader::new(mapping, &header, program).map(|reader| {
            let read = |record: &Record| match &record.cells {
                Ok(cells) => reader.read(cells),
                Err(reason) => Err(Trouble::row(reason.clone())),
            };
            records.iter().map(read).collect()
        });
        Self { header, records, understood, guess }
    }
}

//! A row of cells as what it says of a purchase: who, when, how much, of what.

use jiff::{Timestamp, tz::TimeZone};

use super::{Columns, DateOrder, DecimalSign, Field, Mapping, Trouble, cells, shown};
use crate::domain::{
    points::Money,
    program::Program,
    purchase::{Flags, Line, MAX_QUANTITY},
    refusal::Refusal,
};

const MEMBER_CHARS: usize = 120;
const SKU_BYTES: usize = 120;
const STORE_BYTES: usize = 80;
const ID_BYTES: usize = 200;

/// One row, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub member: String,
    pub at: Timestamp,
    pub store: Option<String>,
    /// The purchase's own number.
    pub id: Option<String>,
    pub line: Line,
}

/// Understands the rows of one file.
#[derive(Debug, Clone)]
pub struct RowReader {
    columns: Columns,
    date_order: Option<DateOrder>,
    decimal: Option<DecimalSign>,
    zone: TimeZone,
    currency: String,
    digits: u32,
}

impl RowReader {
    /// Refused: a mapping that does not fit the header.
    pub fn new(mapping: &Mapping, header: &[String], program: &Program) -> Result<Self, Refusal> {
        Ok(Self {
            columns: mapping.resolve(header)?,
            date_order: mapping.date_order,
            decimal: mapping.decimal,
            zone: program.zone(),
            currency: program.currency.clone(),
            digits: program.currency_digits,
        })
    }

    /// The basket that a row belongs to; empty when it names none. `None`: rows are purchases.
    #[must_use]
    pub fn basket<'a>(&self, cells: &'a [String]) -> Option<&'a str> {
        self.columns.has(Field::Basket).then(|| self.columns.cell(cells, Field::Basket))
    }

    pub fn read(&self, row: &[String]) -> Result<Row, Trouble> {
        if row.iter().any(|cell| cell.contains('\0')) {
            return Err(Trouble::row("The row holds a character that no text has (NUL)"));
        }
        let of = |field: Field| self.columns.cell(row, field);
        let member = of(Field::Member);
        if member.is_empty() {
            return Err(Trouble::of(Field::Member, "The customer is missing"));
        }
        if member.chars().count() > MEMBER_CHARS {
            let reason = format!("The customer {} has more than {MEMBER_CHARS} characters", shown(member));
            return Err(Trouble::of(Field::Member, reason));
        }
        Ok(Row {
            member: member.to_owned(),
            at: self.instant(of(Field::Date))?,
            store: short(of(Field::Store), Field::Store, STORE_BYTES)?,
            id: self.id(row)?,
            line: Line {
                sku: short(of(Field::Sku), Field::Sku, SKU_BYTES)?,
                category: short(of(Field::Category), Field::Category, SKU_BYTES)?,
                quantity: self.quantity(of(Field::Quantity))?,
                amount: self.amount(of(Field::Amount))?,
                flags: Flags::default(),
            },
        })
    }

    /// The instant's local day: rows of one basket share it.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> jiff::civil::Date {
        crate::domain::program::day_of(at, &self.zone)
    }

    fn instant(&self, text: &str) -> Result<Timestamp, Trouble> {
        if text.is_empty() {
            return Err(Trouble::of(Field::Date, "The date is missing"));
        }
        cells::instant(text, self.date_order, &self.zone).map_err(|reason| Trouble::of(Field::Date, reason))
    }

    fn amount(&self, text: &str) -> Result<Money, Trouble> {
        if text.is_empty() {
            return Err(Trouble::of(Field::Amount, "The amount is missing"));
        }
        let currency = cells::Currency { code: &self.currency, digits: self.digits };
        let amount = cells::amount(text, currency, self.decimal)
            .map_err(|reason| Trouble::of(Field::Amount, reason))?;
        if amount.0 < 0 {
            return Err(Trouble::of(Field::Amount, "The amount is negative: returns can't be imported yet"));
        }
        Ok(amount)
    }

    fn quantity(&self, text: &str) -> Result<i64, Trouble> {
        let wrong = |reason: String| Trouble::of(Field::Quantity, reason);
        let quantity = cells::quantity(text, self.decimal).map_err(wrong)?;
        match quantity {
            0..=MAX_QUANTITY => Ok(quantity),
            ..0 => Err(wrong("The quantity is negative: returns can't be imported yet".to_owned())),
            _ => Err(wrong(format!("The quantity {} is over 1,000,000", shown(text)))),
        }
    }

    fn id(&self, row: &[String]) -> Result<Option<String>, Trouble> {
        let field = if self.columns.has(Field::Basket) { Field::Basket } else { Field::Id };
        let id = short(self.columns.cell(row, field), field, ID_BYTES)?;
        if id.is_none() && self.columns.has(field) {
            return Err(Trouble::of(field, format!("The {} is missing", title(field))));
        }
        Ok(id)
    }
}

fn short(text: &str, field: Field, bytes: usize) -> Result<Option<String>, Trouble> {
    if text.len() > bytes {
        let reason = format!("The {} {} is longer than {bytes} characters", title(field), shown(text));
        return Err(Trouble::of(field, reason));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn title(field: Field) -> &'static str {
    match field {
        Field::Id => "purchase number",
        Field::Basket => "basket number",
        Field::Sku => "item code",
        other => other.name(),
    }
}

//! An import: which column of a file means what, and how a row becomes a purchase. Reading the file is the
//! server's.

pub mod cells;
pub mod guess;
pub mod identity;
pub mod progress;
pub mod purchases;
pub mod rows;
pub mod sample;
pub mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::refusal::{Code, FieldError, Refusal};

/// The most characters of a cell that a message repeats.
const SHOWN: usize = 40;

/// What a column can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The customer, by the number or name that the shop uses.
    Member,
    Date,
    Amount,
    Quantity,
    /// The purchase's own number, where each row is a purchase.
    Id,
    /// The receipt's number, where each row is a line of a receipt.
    Basket,
    Sku,
    Category,
    Store,
}

impl Field {
    pub const ALL: [Self; 9] = [
        Self::Member,
        Self::Date,
        Self::Amount,
        Self::Quantity,
        Self::Id,
        Self::Basket,
        Self::Sku,
        Self::Category,
        Self::Store,
    ];
    pub const REQUIRED: [Self; 3] = [Self::Member, Self::Date, Self::Amount];

    /// As written on the command line and in forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Date => "date",
            Self::Amount => "amount",
            Self::Quantity => "quantity",
            Self::Id => "id",
            Self::Basket => "basket",
            Self::Sku => "sku",
            Self::Category => "category",
            Self::Store => "store",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// The order of day, month and year where the year comes last. 3/4/1997 says neither, so it is told and
/// never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    /// Reads `dmy` and `mdy`, and also patterns such as DD.MM.YYYY: the letters say the order.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        match (text.find('d')?, text.find('m')?, text.find('y')?) {
            (day, month, year) if day < month && month < year => Some(Self::DayFirst),
            (day, month, year) if month < day && day < year => Some(Self::MonthFirst),
            _ => None,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
        }
    }
}

/// The sign between whole units and their fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalSign {
    Point,
    Comma,
}

impl DecimalSign {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "point" | "." => Some(Self::Point),
            "comma" | "," => Some(Self::Comma),
            _ => None,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// Which column means what. A column is named as in the header, or by its place: `#1` is the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    #[serde(default)]
    pub columns: BTreeMap<Field, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalSign>,
}

impl Mapping {
    /// Reads `member=customer_id,date=date,amount=amount,date_format=dmy,decimal=comma`.
    ///
    /// Refused: what is not `field=column`, a field that is unknown or given twice.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut mapping = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let Some((name, column)) = part.split_once('=') else {
                return Err(refused(format!("The mapping says {}, which is not field=column.", shown(part))));
            };
            mapping.set(name.trim(), column.trim())?;
        }
        Ok(mapping)
    }

    /// Sets one field or option. An empty column leaves the field out.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name {
            _ if value.is_empty() => {}
            "date_format" => self.date_order = read_date_format(value)?,
            "decimal" => {
                let read = DecimalSign::parse(value);
                self.decimal =
                    Some(read.ok_or_else(|| refused("decimal is `point` or `comma`.".to_owned()))?);
            }
            _ => {
                let fields = Field::ALL.map(Field::name).join(", ");
                let field = Field::named(name).ok_or_else(|| {
                    refused(format!("The mapping knows no field {}. It knows {fields}.", shown(name)))
                })?;
                if self.columns.insert(field, value.to_owned()).is_some() {
                    return Err(refused(format!("The mapping names {name} twice.")));
                }
            }
        }
        Ok(())
    }

    #[must_use]
    pub fn column(&self, field: Field) -> Option<&str> {
        self.columns.get(&field).map(String::as_str)
    }

    /// Refuses a mapping that can't make a purchase, field by field.
    pub fn check(&self) -> Result<(), Refusal> {
        let missing = Field::REQUIRED.into_iter().filter(|field| !self.columns.contains_key(field));
        let mut errors: Vec<FieldError> =
            missing.map(|field| FieldError::new(field.name(), missing_column(field))).collect();
        if self.columns.contains_key(&Field::Id) && self.columns.contains_key(&Field::Basket) {
            let message =
                "Choose either id (a row is a purchase) or basket (a row is a line of one), not both";
            errors.push(FieldError::new("basket", message));
        }
        match errors.len() {
            0 => Ok(()),
            1 => Err(Refusal { message: format!("{}.", errors[0].message), ..Refusal::invalid(errors) }),
            _ => Err(Refusal::invalid(errors)),
        }
    }

    /// Finds the columns in a file's header.
    ///
    /// Refused: a mapping that can't make a purchase, a column that the header does not have or has twice.
    pub fn resolve(&self, header: &[String]) -> Result<Columns, Refusal> {
        self.check()?;
        let mut columns = Columns { places: [None; 9], width: header.len() };
        for (field, name) in &self.columns {
            columns.places[*field as usize] = Some(place(*field, name, header)?);
        }
        Ok(columns)
    }
}

/// Where each field stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    places: [Option<usize>; 9],
    pub width: usize,
}

impl Columns {
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.places[field as usize].is_some()
    }

    /// The cell of a field, without the space around it; empty where there is none.
    #[must_use]
    pub fn cell<'a>(&self, record: &'a [String], field: Field) -> &'a str {
        self.places[field as usize].and_then(|place| record.get(place)).map_or("", |cell| cell.trim())
    }
}

/// Why a row is no purchase, and which column is to blame, where one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub field: Option<Field>,
    pub reason: String,
}

impl Trouble {
    pub fn of(field: Field, reason: impl Into<String>) -> Self {
        Self { field: Some(field), reason: reason.into() }
    }

    pub fn row(reason: impl Into<String>) -> Self {
        Self { field: None, reason: reason.into() }
    }
}

/// A value as a message repeats it: in quotation marks, and short.
#[must_use]
pub fn shown(value: &str) -> String {
    let mut start: String = value.chars().take(SHOWN).filter(|c| !c.is_control()).collect();
    if value.chars().nth(SHOWN).is_some() {
        start.push('…');
    }
    format!("\"{start}\"")
}

fn missing_column(field: Field) -> &'static str {
    match field {
        Field::Member => "Say which column names the customer (member)",
        Field::Date => "Say which column has the date of the purchase (date)",
        _ => "Say which column has the amount that was paid (amount)",
    }
}

fn read_date_format(value: &str) -> Result<Option<DateOrder>, Refusal> {
    // The year first can't be misread, so there is nothing to remember.
    if value.eq_ignore_ascii_case("ymd") || value.to_ascii_lowercase().starts_with("yyyy") {
        return Ok(None);
    }
    let order = DateOrder::parse(value);
    let advice = "date_format is `dmy` (31/1/1997), `mdy` (1/31/1997) or `ymd` (1997-01-31).";
    order.map(Some).ok_or_else(|| refused(advice.to_owned()))
}

fn place(field: Field, name: &str, header: &[String]) -> Result<usize, Refusal> {
    let wrong = |message: String| {
        let fields = vec![FieldError::new(field.name(), message.clone())];
        Refusal { code: Code::Invalid, message, fields, points_missing: None }
    };
    if let Some(number) = name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok()) {
        let within = (1..=header.len()).contains(&number);
        let message =
            format!("{} is mapped to column {number}, but there are {}.", field.name(), header.len());
        return if within { Ok(number - 1) } else { Err(wrong(message)) };
    }
    let places = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
        header.iter().enumerate().filter(|(_, title)| same(title.trim())).map(|(place, _)| place).collect()
    };
    let mut found = places(&|title| title == name);
    if found.is_empty() {
        found = places(&|title| title.eq_ignore_ascii_case(name));
    }
    match found[..] {
        [place] => Ok(place),
        [] => Err(wrong(format!(
            "{} is mapped to the column {}, which the file does not have. It has {}.",
            field.name(),
            shown(name),
            titles(header)
        ))),
        [first, ..] => Err(wrong(format!(
            "The file has several columns named {}. Name one by its place, such as #{}.",
            shown(name),
            first + 1
        ))),
    }
}

/// How a mapping names a column: by its title, or by its place where the title says too little.
#[must_use]
pub fn column_name(header: &[String], place: usize) -> String {
    let title = header.get(place).map_or("", |title| title.trim());
    let several = header.iter().filter(|other| other.trim().eq_ignore_ascii_case(title)).count() > 1;
    if title.is_empty() || several { format!("#{}", place + 1) } else { title.to_owned() }
}

/// The titles of the columns, as many as a message holds.
#[must_use]
pub fn titles(header: &[String]) -> String {
    let mut titles: Vec<String> = header.iter().take(20).map(|title| shown(title.trim())).collect();
    if header.len() > titles.len() {
        titles.push(format!("{} more", header.len() - titles.len()));
    }
    titles.join(", ")
}

fn refused(message: String) -> Refusal {
    Refusal::new(Code::Invalid, message)
}

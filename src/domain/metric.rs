//! What can be measured about a member: over which activities, where, how, in which window. Badges read
//! metrics, and so can whatever else is won by doing something. A metric compiles to counters: what one
//! activity adds to them is told by `count`, what they amount to by `tally`.

mod check;
pub mod event;
pub mod form;
pub mod period;
pub mod tally;
pub mod words;

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

pub use self::{
    check::{Errors, check},
    period::Period,
};
use crate::domain::{
    counters::{PURCHASES, QUANTITY, SPEND},
    earning::{
        Lines, Range,
        schedule::{Days, Hours},
    },
};

/// The kind of activity that a purchase is.
pub const PURCHASE: &str = "purchase";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Kinds of activities: `purchase`, or any other that sources send.
    pub on: Vec<String>,
    #[serde(default, skip_serializing_if = "Where::is_any")]
    pub r#where: Where,
    pub measure: Measure,
    #[serde(default, skip_serializing_if = "Window::is_lifetime")]
    pub window: Window,
    /// Counted for each value by itself, and the best one counts: ten purchases in the same store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Field>,
}

/// All of it must hold for an activity to count; of a list, one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Where {
    /// What the lines that count cost together, minor units.
    #[serde(skip_serializing_if = "Range::is_any")]
    pub amount: Range,
    /// How many things these lines have, or how many an activity says.
    #[serde(skip_serializing_if = "Range::is_any")]
    pub quantity: Range,
    /// Only these lines count, and at least one must be there.
    #[serde(skip_serializing_if = "Lines::is_any")]
    pub lines: Lines,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub store: Vec<String>,
    #[serde(skip_serializing_if = "Days::is_every")]
    pub weekdays: Days,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Attributes of an activity, each with the values that do.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Local to the program; from this on, and until before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many activities.
    Count,
    /// What a number adds up to.
    Sum(Number),
    /// The largest that a number was in one activity.
    Max(Number),
    /// How many different values there were.
    Distinct(Field),
    /// Periods in a row with at least one: the longest run.
    Streak(Period),
    /// How much of all of it a part is, per cent.
    Ratio(Box<Ratio>),
}

/// The part is what holds this too; all of it is the metric's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    pub part: Where,
    /// Without it, activities are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<Number>,
    /// All of it has to be this much before a share means anything.
    pub least: i64,
}

/// Whole numbers of an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// Of the lines that count, minor units.
    Amount,
    Quantity,
    Attribute(String),
}

/// Words of an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Store,
    Sku,
    Category,
    Day,
    Weekday,
    Kind,
    Attribute(String),
}

/// Over which time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    #[default]
    Lifetime,
    /// Each local period by itself.
    Calendar(Period),
    /// Any so many local days in a row.
    RollingDays(i32),
    /// From the local day on which the member began; for what one enrols in.
    SinceEnrolment,
}

impl Where {
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }
}

impl Window {
    #[must_use]
    pub const fn is_lifetime(&self) -> bool {
        matches!(self, Self::Lifetime)
    }
}

/// What is counted, and nothing about how it is read: metrics that differ in the rest share the counters.
/// This is what both forms are compiled from, the step on counters and the statement over history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub on: Vec<String>,
    #[serde(rename = "where", skip_serializing_if = "Where::is_any")]
    pub filter: Where,
    pub what: What,
    /// One counter for each value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Field>,
    /// The part of a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Where>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Count,
    Sum(Number),
    Max(Number),
}

/// How counters become a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    Total,
    /// The best of all values.
    Best,
    /// How many values there are.
    Values,
    Run(Period),
    /// Per cent, once all of it is this much.
    Share(i64),
}

impl Metric {
    /// Whether what it amounts to is money, in minor units.
    #[must_use]
    pub const fn is_money(&self) -> bool {
        matches!(self.measure, Measure::Sum(Number::Amount) | Measure::Max(Number::Amount))
    }

    /// Counting activities over the whole membership.
    #[must_use]
    pub fn new(on: &str, measure: Measure) -> Self {
        let (r#where, window) = (Where::default(), Window::Lifetime);
        Self { on: vec![on.to_owned()], r#where, measure, window, by: None }
    }

    /// What is counted; a ratio counts its part first and all of it second.
    #[must_use]
    pub fn counted(&self) -> Vec<Counted> {
        let mut on = self.on.clone();
        on.sort_unstable();
        on.dedup();
        let of = |what: What, spread: Option<Field>, part: Option<Where>| Counted {
            on: on.clone(),
            filter: self.r#where.clone(),
            what,
            spread,
            part,
        };
        match &self.measure {
            Measure::Count | Measure::Streak(_) => vec![of(What::Count, self.by.clone(), None)],
            Measure::Sum(number) => vec![of(What::Sum(number.clone()), self.by.clone(), None)],
            Measure::Max(number) => vec![of(What::Max(number.clone()), self.by.clone(), None)],
            Measure::Distinct(field) => vec![of(What::Count, Some(field.clone()), None)],
            Measure::Ratio(ratio) => {
                let what = ratio.sum.clone().map_or(What::Count, What::Sum);
                vec![of(what.clone(), None, Some(ratio.part.clone())), of(what, None, None)]
            }
        }
    }

    /// In which periods it is counted; none: over the whole membership.
    #[must_use]
    pub const fn grain(&self) -> Option<Period> {
        match (&self.measure, &self.window) {
            (Measure::Streak(period), _) | (_, Window::Calendar(period)) => Some(*period),
            (_, Window::Lifetime) => None,
            (_, Window::RollingDays(_) | Window::SinceEnrolment) => Some(Period::Day),
        }
    }

    #[must_use]
    pub fn read(&self) -> Read {
        match &self.measure {
            Measure::Streak(period) => Read::Run(*period),
            Measure::Distinct(_) => Read::Values,
            Measure::Ratio(ratio) => Read::Share(ratio.least),
            Measure::Count | Measure::Sum(_) | Measure::Max(_) if self.by.is_some() => Read::Best,
            Measure::Count | Measure::Sum(_) | Measure::Max(_) => Read::Total,
        }
    }
}

impl Counted {
    /// What its counters are called: a word for what every program counts, else a short name that follows
    /// from what is counted, the same on every server and in every version.
    #[must_use]
    pub fn name(&self) -> String {
        let is_plain = self.filter.is_any() && self.spread.is_none() && self.part.is_none();
        if is_plain && self.on == [PURCHASE] {
            match self.what {
                What::Count => return PURCHASES.to_owned(),
                What::Sum(Number::Amount) => return SPEND.to_owned(),
                What::Sum(Number::Quantity) => return QUANTITY.to_owned(),
                _ => {}
            }
        }
        short(&serde_json::to_string(self).unwrap_or_default())
    }

    /// What every program counts: the number of purchases, in all and by month.
    #[must_use]
    pub fn purchases() -> Self {
        let filter = Where::default();
        Self { on: vec![PURCHASE.to_owned()], filter, what: What::Count, spread: None, part: None }
    }
}

/// Seven letters after a tilde: FNV-1a, 35 bits of it.
fn short(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let letters = b"0123456789abcdefghijklmnopqrstuv";
    let letter =
        |place: u32| char::from(letters[usize::try_from(hash >> (29 + place * 5) & 31).unwrap_or(0)]);
    std::iter::once('~').chain((0..7).map(letter)).collect()
}

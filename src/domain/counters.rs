//! What badges, tiers and streaks read: running sums per member, by metric, dimension and local period.

use std::collections::HashMap;

use jiff::{ToSpan, civil::Date};

use crate::domain::program::{day_key, month_key};

pub const PURCHASES: &str = "purchases";
pub const SPEND: &str = "spend";
pub const QUANTITY: &str = "quantity";
/// Other activities, by their kind.
pub const ACTIVITIES: &str = "activities";
/// Points that count for tiers, by local day.
pub const QUALIFYING: &str = "qualifying";

/// Which sum. An empty dimension is everything, an empty period the whole life of the membership.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CounterKey {
    pub metric: String,
    pub dimension: String,
    pub period: String,
}

impl CounterKey {
    #[must_use]
    pub fn lifetime(metric: &str, dimension: &str) -> Self {
        Self { metric: metric.to_owned(), dimension: dimension.to_owned(), period: String::new() }
    }

    #[must_use]
    pub fn month(metric: &str, day: Date) -> Self {
        Self { metric: metric.to_owned(), dimension: String::new(), period: month_key(day) }
    }

    #[must_use]
    pub fn day(metric: &str, day: Date) -> Self {
        Self { metric: metric.to_owned(), dimension: String::new(), period: day_key(day) }
    }
}

/// One member's counters, and what was added since they were read.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    values: HashMap<CounterKey, i64>,
    added: HashMap<CounterKey, i64>,
}

impl Counters {
    /// Takes in a stored value.
    pub fn load(&mut self, key: CounterKey, value: i64) {
        self.values.insert(key, value);
    }

    pub fn add(&mut self, key: CounterKey, amount: i64) {
        if amount != 0 {
            *self.added.entry(key.clone()).or_default() += amount;
            *self.values.entry(key).or_default() += amount;
        }
    }

    #[must_use]
    pub fn get(&self, key: &CounterKey) -> i64 {
        self.values.get(key).copied().unwrap_or_default()
    }

    /// Everything that is known, what was added included.
    pub fn values(&self) -> impl Iterator<Item = (&CounterKey, &i64)> {
        self.values.iter()
    }

    /// What must be written: the sums of everything added.
    #[must_use]
    pub fn added(&self) -> &HashMap<CounterKey, i64> {
        &self.added
    }

    /// What was counted by local day, oldest first.
    #[must_use]
    pub fn days(&self, metric: &str) -> Vec<(Date, i64)> {
        let of_days = self.values.iter().filter(|(key, _)| key.metric == metric && key.period.len() == 10);
        let mut days: Vec<(Date, i64)> =
            of_days.filter_map(|(key, value)| Some((key.period.parse().ok()?, *value))).collect();
        days.sort_unstable();
        days
    }
}

/// The last day that no longer counts for a window of 12 months that ends with `day`.
#[must_use]
pub fn window_start(day: Date) -> Date {
    day.saturating_sub(12.months())
}

//! Local calendar periods, each with a number, so that "the one after" is plus one, and a key under which it
//! is stored.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::domain::program::{day_key, month_key};

/// A calendar period in the program's zone. Weeks are those of ISO 8601: they begin on Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// The Monday from which weeks are counted, and the day from which days are.
const MONDAY: Date = jiff::civil::date(1970, 1, 5);
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Of every period the one in which a day lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ordinals([i32; 5]);

impl Ordinals {
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self(Period::ALL.map(|period| period.ordinal(day)))
    }

    #[must_use]
    pub const fn get(self, period: Period) -> i32 {
        self.0[period as usize]
    }
}

/// Kinds of periods in which a counter counts, and whether it counts over the whole membership.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grains(u8);

impl Grains {
    const ALL: [Option<Period>; 6] = [
        None,
        Some(Period::Day),
        Some(Period::Week),
        Some(Period::Month),
        Some(Period::Quarter),
        Some(Period::Year),
    ];

    const fn bit(grain: Option<Period>) -> u8 {
        match grain {
            None => 1,
            Some(period) => 2 << period as u8,
        }
    }

    pub const fn insert(&mut self, grain: Option<Period>) {
        self.0 |= Self::bit(grain);
    }

    #[must_use]
    pub const fn contains(self, grain: Option<Period>) -> bool {
        self.0 & Self::bit(grain) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Option<Period>> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let next = Self::ALL.get(usize::try_from(rest.trailing_zeros()).ok()?)?;
            rest &= rest - 1;
            Some(*next)
        })
    }
}

/// Without making a span of it: every activity asks this.
fn days_since(day: Date, first: Date) -> i32 {
    i32::try_from(day.duration_since(first).as_hours() / 24).unwrap_or(i32::MAX)
}

impl Period {
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The number of the period in which a day lies.
    #[must_use]
    pub fn ordinal(self, day: Date) -> i32 {
        let (year, month) = (i32::from(day.year()), i32::from(day.month()) - 1);
        match self {
            Self::Day => days_since(day, EPOCH),
            Self::Week => days_since(day, MONDAY).div_euclid(7),
            Self::Month => year * 12 + month,
            Self::Quarter => year * 4 + month / 3,
            Self::Year => year,
        }
    }

    /// The first day of a period.
    #[must_use]
    pub fn first_day(self, ordinal: i32) -> Date {
        let of_month = |month: i32| {
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            Date::new(i16::try_from(year).unwrap_or(1), i8::try_from(month).unwrap_or(1), 1).unwrap_or(EPOCH)
        };
        match self {
            Self::Day => EPOCH.saturating_add(ordinal.days()),
            Self::Week => MONDAY.saturating_add(ordinal.weeks()),
            Self::Month => of_month(ordinal),
            Self::Quarter => of_month(ordinal * 3),
            Self::Year => of_month(ordinal * 12),
        }
    }

    /// What a period is stored as: 2026-11-21, 2026-W47, 2026-11, 2026-Q4, 2026.
    #[must_use]
    pub fn key(self, ordinal: i32) -> String {
        let day = self.first_day(ordinal);
        match self {
            Self::Day => day_key(day),
            Self::Week => {
                let week = day.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => month_key(day),
            Self::Quarter => format!("{:04}-Q{}", day.year(), (day.month() - 1) / 3 + 1),
            Self::Year => format!("{:04}", day.year()),
        }
    }

    /// The period that a key names.
    #[must_use]
    pub fn parse(key: &str) -> Option<(Self, i32)> {
        if key.len() == 10 {
            return Some((Self::Day, Self::Day.ordinal(key.parse().ok()?)));
        }
        let year: i32 = key.get(..4)?.parse().ok()?;
        let rest = key.get(4..)?;
        if rest.is_empty() {
            return Some((Self::Year, year));
        }
        if let Some(week) = rest.strip_prefix("-W") {
            let week = jiff::civil::ISOWeekDate::new(
                i16::try_from(year).ok()?,
                week.parse().ok()?,
                jiff::civil::Weekday::Monday,
            );
            return Some((Self::Week, Self::Week.ordinal(week.ok()?.date())));
        }
        if let Some(quarter) = rest.strip_prefix("-Q") {
            return Some((Self::Quarter, year * 4 + quarter.parse::<i32>().ok()? - 1));
        }
        let month: i32 = rest.strip_prefix('-')?.parse().ok()?;
        Some((Self::Month, year * 12 + month - 1))
    }

    /// Whether each period of the other kind lies in one of this kind.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        match self {
            Self::Week => matches!(other, Self::Day | Self::Week),
            _ => other <= self && other != Self::Week,
        }
    }

    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == word)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        assert_eq!(Period::Week.key(Period::Week.ordinal(date(2027, 1, 2))), "2026-W53");
        assert_eq!(Period::Quarter.key(Period::Quarter.ordinal(date(2026, 11, 22))), "2026-Q4");
    }

    #[test]
    fn a_week_lies_in_no_month() {
        assert!(Period::Year.holds(Period::Month) && Period::Week.holds(Period::Day));
        assert!(!Period::Month.holds(Period::Week) && !Period::Day.holds(Period::Month));
    }

    proptest! {
        #[test]
        fn a_key_reads_back(days in -20_000_i32..40_000) {
            let day = EPOCH.saturating_add(days.days());
            for period in Period::ALL {
                let ordinal = period.ordinal(day);
                prop_assert_eq!(Period::parse(&period.key(ordinal)), Some((period, ordinal)));
                let first = period.first_day(ordinal);
                prop_assert!(first <= day && day < period.first_day(ordinal + 1));
            }
        }
    }
}

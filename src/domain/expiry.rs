//! When points become spendable, and how long they last. Every day, month and year begins where the program
//! is; every interval is half-open: at the instant of its expiry a point is gone.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::domain::{
    earning::Rulebook,
    lots::Terms,
    program::{day_of, day_start, months_after},
};

/// How long the points of a wallet last, counted from when they become spendable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "policy", rename_all = "snake_case")]
pub enum Expiry {
    /// For ever.
    #[default]
    Never,
    /// So many months, to the same local time of the same day; where the month has no such day, of its last.
    Months { months: i16 },
    /// To the end of the month that is so many months later; 0: of the same month.
    EndOfMonth { months: i16 },
    /// To the end of the calendar year that is so many years later; 0: of the same year.
    CalendarYear { years: i16 },
    /// As long as no more than so many months pass without earning or spending; then all of them lapse.
    Inactivity { months: i16 },
}

/// The policy of inactivity, with the zone that tells its months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inactivity {
    pub months: i16,
    pub zone: TimeZone,
}

impl Inactivity {
    /// When points lapse if nothing happens after an instant.
    #[must_use]
    pub fn lapses_at(&self, active_at: Timestamp) -> Timestamp {
        months_after(active_at, self.months, &self.zone)
    }
}

impl Expiry {
    /// The word and the number by which it is stored.
    #[must_use]
    pub fn stored(self) -> (&'static str, i16) {
        match self {
            Self::Never => ("never", 0),
            Self::Months { months } => ("months", months),
            Self::EndOfMonth { months } => ("end_of_month", months),
            Self::CalendarYear { years } => ("calendar_year", years),
            Self::Inactivity { months } => ("inactivity", months),
        }
    }

    /// Reads what `stored` gave; `None` for another word.
    #[must_use]
    pub fn from_stored(policy: &str, span: i16) -> Option<Self> {
        Some(match policy {
            "never" => Self::Never,
            "months" => Self::Months { months: span },
            "end_of_month" => Self::EndOfMonth { months: span },
            "calendar_year" => Self::CalendarYear { years: span },
            "inactivity" => Self::Inactivity { months: span },
            _ => return None,
        })
    }

    /// When points expire that become spendable at an instant; `None` when no date can be told today.
    #[must_use]
    pub fn expires_at(self, activates_at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let day = day_of(activates_at, zone);
        match self {
            Self::Never | Self::Inactivity { .. } => None,
            Self::Months { months } => Some(months_after(activates_at, months, zone)),
            Self::EndOfMonth { months } => {
                let after = Span::new().months(i32::from(months) + 1);
                Some(first_instant(day.first_of_month().checked_add(after).ok(), zone))
            }
            Self::CalendarYear { years } => {
                let after = Span::new().years(i32::from(years) + 1);
                Some(first_instant(day.first_of_year().checked_add(after).ok(), zone))
            }
        }
    }

    /// The policy of inactivity, where this is it.
    #[must_use]
    pub fn inactivity(self, zone: &TimeZone) -> Option<Inactivity> {
        let Self::Inactivity { months } = self else { return None };
        Some(Inactivity { months, zone: zone.clone() })
    }

    /// In words, for people: "12 months after they can be spent".
    #[must_use]
    pub fn words(self) -> String {
        let of = |count: i16, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {many}"),
        };
        match self {
            Self::Never => "They never expire".to_owned(),
            Self::Months { months } => format!("They last {}", of(months, "month", "months")),
            Self::EndOfMonth { months: 0 } => "They last to the end of the month".to_owned(),
            Self::EndOfMonth { months } => {
                format!("They last to the end of the month, {} later", of(months, "month", "months"))
            }
            Self::CalendarYear { years: 0 } => "They last to the end of the year".to_owned(),
            Self::CalendarYear { years: 1 } => "They last to the end of the next year".to_owned(),
            Self::CalendarYear { years } => format!("They last to the end of the year, {years} years later"),
            Self::Inactivity { months } => {
                format!("They last {} from the last purchase or reward", of(months, "month", "months"))
            }
        }
    }
}

fn first_instant(day: Option<Date>, zone: &TimeZone) -> Timestamp {
    day.map_or(Timestamp::MAX, |day| day_start(day, zone))
}

/// When points earned at an instant become spendable and when they expire: expiry counts from activation.
#[must_use]
pub fn terms(rules: &Rulebook, at: Timestamp) -> Terms {
    let (zone, program) = (rules.zone(), &rules.program);
    let activates_at = match program.pending_days {
        0 => at,
        days => day_start(day_of(at, &zone).saturating_add(Span::new().days(days)), &zone),
    };
    Terms { activates_at, expires_at: program.points_expiry.expires_at(activates_at, &zone) }
}

#[cfg(test)]
mod tests;

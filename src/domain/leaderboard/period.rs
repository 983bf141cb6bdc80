//! The periods of boards: ISO weeks, months and seasons in the program's zone, and all time.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, ISOWeekDate, Weekday, date},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::domain::{
    form::LAST_DAY,
    program::{day_start, month_key},
    refusal::FieldError,
    text::said,
    words,
};

/// The period of everything.
pub const ALL_TIME: &str = "all";

/// How long a period that is over still takes what belongs to it: tills that were offline send at night.
pub const GRACE: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    Week,
    Month,
    Season,
    All,
}

impl PeriodKind {
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Season, Self::All];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Season => "season",
            Self::All => ALL_TIME,
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A season: days that staff chose, with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Season {
    pub season: String,
    pub name: String,
    pub starts_on: Date,
    /// The last day that belongs to it.
    pub ends_on: Date,
    /// The day from whose beginning on nothing rewrites it, where that is not a day after its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_on: Option<Date>,
}

impl Season {
    /// What is wrong with it by itself, at the fields of its form.
    #[must_use]
    pub fn check(&self) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let begins = self.season.starts_with(|c: char| c.is_ascii_lowercase());
        let length = (2..=40).contains(&self.season.len());
        let taken = [ALL_TIME, "current", "previous"].contains(&self.season.as_str());
        if !begins || !length || taken || !self.season.chars().all(plain) {
            wrong.push(FieldError::new(
                "season",
                "Use small letters, digits and hyphens, such as winter-2026",
            ));
        }
        if said(&self.name, 60).is_none() {
            wrong.push(FieldError::new("season_name", "Give it a name of up to 60 characters"));
        }
        if self.ends_on > LAST_DAY {
            wrong.push(FieldError::new("ends_on", "A season ends in the year 9990 or before"));
        } else if !(0..=400).contains(&(self.ends_on - self.starts_on).get_days()) {
            let how = "A season ends on or after its first day, within 400 days";
            wrong.push(FieldError::new("ends_on", how));
        }
        wrong
    }

    /// That a day of it is in another already, at the field of the day that is. Of the same address, it is
    /// that one again.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> Option<FieldError> {
        let apart = self.ends_on < other.starts_on || other.ends_on < self.starts_on;
        if apart || self.season == other.season {
            return None;
        }
        let ends_in_it = self.starts_on < other.starts_on && self.ends_on <= other.ends_on;
        let day = |day: Date| day.strftime("%-d %B %Y").to_string();
        let message = format!(
            "{} goes from {} to {}, and a day counts in one season only",
            other.name,
            day(other.starts_on),
            day(other.ends_on)
        );
        Some(FieldError::new(if ends_in_it { "ends_on" } else { "starts_on" }, message))
    }
}

/// One period: its days from `first` to before `end`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub key: String,
    pub kind: PeriodKind,
    pub first: Date,
    pub end: Date,
    /// What a season is called.
    pub name: Option<String>,
    /// As of a season.
    pub closes_on: Option<Date>,
}

impl Period {
    /// "November 2026", "16 to 22 November 2026", "Autumn": as it is written down for good.
    #[must_use]
    pub fn words(&self) -> String {
        match self.kind {
            PeriodKind::All => "all time".to_owned(),
            PeriodKind::Month => self.first.strftime("%B %Y").to_string(),
            PeriodKind::Week => words::span(self.first, self.end.saturating_sub(1.day())),
            PeriodKind::Season => self.name.clone().unwrap_or_else(|| self.key.clone()),
        }
    }

    #[must_use]
    pub fn starts_at(&self, zone: &TimeZone) -> Timestamp {
        day_start(self.first, zone)
    }

    /// The day on which it is over: that of its end, unless it was closed before.
    #[must_use]
    pub fn over_on(&self) -> Date {
        self.closes_on.map_or(self.end, |closes_on| closes_on.min(self.end))
    }

    #[must_use]
    pub fn ends_at(&self, zone: &TimeZone) -> Timestamp {
        day_start(self.over_on(), zone)
    }

    /// From when on nothing rewrites it.
    #[must_use]
    pub fn closes_at(&self, zone: &TimeZone) -> Timestamp {
        let after_grace = || self.ends_at(zone).checked_add(GRACE).unwrap_or(Timestamp::MAX);
        self.closes_on.map_or_else(after_grace, |day| day_start(day, zone))
    }
}

/// All time.
#[must_use]
pub fn all_time() -> Period {
    let (first, end) = (date(1, 1, 1), date(9_000, 1, 1));
    Period { key: ALL_TIME.to_owned(), kind: PeriodKind::All, first, end, name: None, closes_on: None }
}

/// The ISO week of a day.
#[must_use]
pub fn week(day: Date) -> Period {
    let iso = day.iso_week_date();
    let key = format!("{:04}-W{:02}", iso.year(), iso.week());
    let first = day.saturating_sub(i64::from(iso.weekday().to_monday_zero_offset()).days());
    let end = first.saturating_add(7.days());
    Period { key, kind: PeriodKind::Week, first, end, name: None, closes_on: None }
}

/// The month of a day.
#[must_use]
pub fn month(day: Date) -> Period {
    let first = day.first_of_month();
    let end = first.saturating_add(1.month());
    Period { key: month_key(day), kind: PeriodKind::Month, first, end, name: None, closes_on: None }
}

/// A season as a period.
#[must_use]
pub fn season(season: &Season) -> Period {
    Period {
        key: season.season.clone(),
        kind: PeriodKind::Season,
        first: season.starts_on,
        end: season.ends_on.saturating_add(1.day()),
        name: Some(season.name.clone()),
        closes_on: season.closes_on,
    }
}

/// The periods of these kinds that a day counts for.
#[must_use]
pub fn periods(day: Date, kinds: &[PeriodKind], seasons: &[Season]) -> Vec<Period> {
    let of = |kind: &PeriodKind| match kind {
        PeriodKind::Week => vec![week(day)],
        PeriodKind::Month => vec![month(day)],
        PeriodKind::All => vec![all_time()],
        PeriodKind::Season => {
            let of_day = |season: &&Season| season.starts_on <= day && day <= season.ends_on;
            seasons.iter().filter(of_day).map(self::season).collect()
        }
    };
    kinds.iter().flat_map(of).collect()
}

/// The period that a text names, on `today`: `current` and `previous` of the kind that comes first, or a key.
#[must_use]
pub fn named(text: &str, kinds: &[PeriodKind], seasons: &[Season], today: Date) -> Option<Period> {
    let first = *kinds.first()?;
    let period = match text {
        "current" => current(first, seasons, today)?,
        "previous" => previous(first, seasons, today)?,
        _ => keyed(text, seasons)?,
    };
    kinds.contains(&period.kind).then_some(period)
}

/// The period of a kind that is running; of seasons the newest that has begun, else the first to come.
#[must_use]
pub fn current(kind: PeriodKind, seasons: &[Season], today: Date) -> Option<Period> {
    match kind {
        PeriodKind::Week => Some(week(today)),
        PeriodKind::Month => Some(month(today)),
        PeriodKind::All => Some(all_time()),
        PeriodKind::Season => {
            let begun = seasons.iter().filter(|season| season.starts_on <= today);
            let newest = begun.max_by_key(|season| season.starts_on);
            newest.or_else(|| seasons.iter().min_by_key(|season| season.starts_on)).map(season)
        }
    }
}

/// The one before the current. All time has none.
#[must_use]
pub fn previous(kind: PeriodKind, seasons: &[Season], today: Date) -> Option<Period> {
    let current = current(kind, seasons, today)?;
    let before = current.first.checked_sub(1.day()).ok()?;
    match kind {
        PeriodKind::Week => Some(week(before)),
        PeriodKind::Month => Some(month(before)),
        PeriodKind::All => None,
        PeriodKind::Season => {
            let begun = seasons.iter().filter(|season| season.starts_on < current.first);
            begun.max_by_key(|season| season.starts_on).map(season)
        }
    }
}

fn keyed(text: &str, seasons: &[Season]) -> Option<Period> {
    if text == ALL_TIME {
        return Some(all_time());
    }
    if let Some(found) = seasons.iter().find(|season| season.season == text) {
        return Some(season(found));
    }
    let (year, rest) = text.split_at_checked(4)?;
    if let Some(number) = rest.strip_prefix("-W") {
        let first = ISOWeekDate::new(year.parse().ok()?, number.parse().ok()?, Weekday::Monday).ok()?;
        return Some(week(first.date())).filter(|week| week.key == text);
    }
    let day: Date = format!("{text}-01").parse().ok()?;
    Some(month(day)).filter(|month| month.key == text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [PeriodKind; 3] = [PeriodKind::Month, PeriodKind::Week, PeriodKind::All];

    fn key(text: &str) -> Option<String> {
        named(text, &KINDS, &[], date(2026, 11, 21)).map(|period| period.key)
    }

    #[test]
    fn periods_have_names() {
        assert_eq!(key("current").as_deref(), Some("2026-11"));
        assert_eq!(key("previous").as_deref(), Some("2026-10"));
        assert_eq!(key("2026-W53").as_deref(), Some("2026-W53"));
        assert_eq!(key("2025-W53"), None, "2025 has 52 weeks");
        for wrong in ["2026-13", "2026-1", "2026-W5", "\0", "", "ä", "season", "2026-W047"] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
        let only_weeks = named("2026-11", &[PeriodKind::Week], &[], date(2026, 11, 21));
        assert_eq!(only_weeks, None);
    }

    #[test]
    fn the_new_year_begins_inside_an_iso_week() {
        assert_eq!(
            (week(date(2027, 1, 1)).key, week(date(2027, 1, 4)).key),
            ("2026-W53".into(), "2027-W01".into())
        );
        assert_eq!(week(date(2024, 12, 30)).key, "2025-W01");
    }

    #[test]
    fn a_season_is_the_days_that_staff_chose() {
        let of = |season: &str, from, to| Season {
            season: season.to_owned(),
            name: season.to_owned(),
            starts_on: from,
            ends_on: to,
            closes_on: None,
        };
        let seasons = [
            of("spring", date(2026, 3, 1), date(2026, 5, 31)),
            of("autumn", date(2026, 9, 1), date(2026, 11, 21)),
        ];
        let name =
            |text: &str, today| named(text, &[PeriodKind::Season], &seasons, today).map(|period| period.key);
        assert_eq!(name("current", date(2026, 11, 21)).as_deref(), Some("autumn"));
        assert_eq!(name("previous", date(2026, 11, 21)).as_deref(), Some("spring"));
        assert_eq!(name("current", date(2026, 1, 1)).as_deref(), Some("spring"), "the first to come");
        assert_eq!(named("current", &[PeriodKind::Season], &[], date(2026, 1, 1)), None);
        assert_eq!(periods(date(2026, 11, 21), &[PeriodKind::Season], &seasons).len(), 1);
        assert!(periods(date(2026, 11, 22), &[PeriodKind::Season], &seasons).is_empty());
    }

    proptest! {
        /// Every day is in one week and one month, which a key names again, and they follow each other.
        #[test]
        fn periods_leave_no_gap(offset in 0_i32..40_000) {
            let day = date(1990, 1, 1).saturating_add(offset.days());
            for kind in [PeriodKind::Week, PeriodKind::Month] {
                let period = current(kind, &[], day).expect("a period");
                prop_assert!(period.first <= day && day < period.end);
                prop_assert_eq!(keyed(&period.key, &[]), Some(period.clone()));
                prop_assert_eq!(previous(kind, &[], day).expect("one before").end, period.first);
            }
        }
    }
}

//! When a campaign runs and when a rule counts: in the local time of the program's zone, so that a weekend
//! has 48 hours, or 47 or 49 when the clocks change.

use jiff::{
    Timestamp,
    civil::{DateTime, Time, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Days of the week; none at all means every day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days(u8);

/// Hours of a day, half-open. When they end before they begin they go past midnight and belong to the day on
/// which they began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    #[serde(with = "minutes")]
    pub from: Time,
    #[serde(with = "minutes")]
    pub until: Time,
}

/// Between two local times (half-open), on some days of the week, at some hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Days::is_every")]
    pub weekdays: Days,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
}

impl Days {
    #[must_use]
    pub const fn is_every(&self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        self.is_every() || self.0 & bit(day) != 0
    }

    /// The days by their words: mon, tue, wed, thu, fri, sat, sun.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        WORDS.iter().enumerate().filter(move |(place, _)| self.0 & (1 << place) != 0).map(|(_, word)| *word)
    }

    /// `None` when a word is no day.
    #[must_use]
    pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        words.into_iter().try_fold(Self(0), |days, word| {
            let place = WORDS.iter().position(|known| *known == word)?;
            Some(Self(days.0 | 1 << place))
        })
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.words())
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        let unknown = || D::Error::custom(format!("a day of the week is one of {}", WORDS.join(", ")));
        Self::of_words(words.iter().map(String::as_str)).ok_or_else(unknown)
    }
}

/// Whether a local time lies on these days and in these hours.
#[must_use]
pub fn recurs(days: Days, hours: Option<Hours>, local: DateTime) -> bool {
    let Some(hours) = hours else { return days.has(local.weekday()) };
    let time = local.time();
    if hours.from < hours.until {
        return hours.from <= time && time < hours.until && days.has(local.weekday());
    }
    if time >= hours.from {
        return days.has(local.weekday());
    }
    time < hours.until && days.has(local.weekday().previous())
}

impl Schedule {
    /// The instants between which it runs at all.
    #[must_use]
    pub fn span(&self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        // A time that the clocks skip begins when they have been moved; one that comes twice, the first time.
        let instant = |local: DateTime| local.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).ok();
        let from = self.from.and_then(instant).unwrap_or(Timestamp::MIN);
        let until = self.until.and_then(instant).unwrap_or(Timestamp::MAX);
        (from, until)
    }
}

/// Hours and minutes: "07:30".
mod minutes {
    use std::borrow::Borrow;

    use super::{Deserialize, Deserializer, Error, Serializer, Time};

    /// Serde hands a reference, of whatever kind.
    pub fn serialize<S: Serializer>(time: &impl Borrow<Time>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.borrow().strftime("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        Time::strptime("%H:%M", &text).map_err(|_| D::Error::custom("a time is hours and minutes, as 07:30"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn weekend() -> Schedule {
        serde_json::from_str(r#"{"from":"2026-10-24T00:00:00","until":"2026-10-26T00:00:00"}"#)
            .expect("a schedule")
    }

    #[test]
    fn the_weekend_on_which_clocks_go_back_has_an_hour_more() {
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
        let (from, until) = weekend().span(&zone);
        assert_eq!(until.duration_since(from).as_hours(), 49);
        let (from, until) = weekend().span(&TimeZone::get("Asia/Tokyo").expect("a zone"));
        assert_eq!(until.duration_since(from).as_hours(), 48);
    }

    #[test]
    fn hours_past_midnight_belong_to_the_day_on_which_they_began() {
        let friday = Days::of_words(["fri"]).expect("a day");
        let night = Hours { from: time(22, 0, 0, 0), until: time(2, 0, 0, 0) };
        let at = |day, hour| recurs(friday, Some(night), date(2026, 11, day).at(hour, 30, 0, 0));
        // The 20th is a Friday.
        assert!(at(20, 22) && at(20, 23) && at(21, 0) && at(21, 1));
        assert!(!at(20, 1) && !at(20, 21) && !at(21, 2) && !at(21, 22));
    }

    #[test]
    fn a_schedule_reads_back_from_its_data_and_refuses_what_is_no_time() {
        let text = r#"{"weekdays":["sat","sun"],"hours":{"from":"07:00","until":"09:30"}}"#;
        let schedule: Schedule = serde_json::from_str(text).expect("a schedule");
        assert_eq!(serde_json::to_string(&schedule).expect("json"), text);
        for wrong in [r#"{"weekdays":["son"]}"#, r#"{"hours":{"from":"7","until":"9"}}"#, r#"{"form":1}"#] {
            assert!(serde_json::from_str::<Schedule>(wrong).is_err(), "{wrong}");
        }
    }
}

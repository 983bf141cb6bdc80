//! The program: one per deployment. Its zone decides every day and month, its currency every amount.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::domain::{expiry::Expiry, words::Currency};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    pub name: String,
    pub tagline: String,
    pub address: String,
    /// IANA name, such as Europe/Amsterdam.
    pub time_zone: String,
    /// ISO 4217, such as EUR.
    pub currency: String,
    pub currency_digits: u32,
    /// How long points last.
    pub points_expiry: Expiry,
    /// Days until points can be spent; 0: at once.
    pub pending_days: i16,
    pub welcome_points: i64,
    pub is_demo: bool,
}

impl Program {
    /// The program's zone. A name that is unknown is UTC: the name was checked when the program was stored.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// Its currency, to print money in.
    #[must_use]
    pub fn currency(&self) -> Currency {
        Currency { code: self.currency.clone(), digits: self.currency_digits }
    }
}

/// Digits of a currency's minor unit (ISO 4217): cents are two, yen have none, Kuwaiti dinars three.
#[must_use]
pub fn currency_digits(currency: &str) -> i16 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// The local day of an instant.
#[must_use]
pub fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

/// The first instant of a local day, also where a clock change skips midnight.
#[must_use]
pub fn day_start(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

/// The same local time some months later; the 31st becomes the month's last day where there is none.
#[must_use]
pub fn months_after(at: Timestamp, months: i16, zone: &TimeZone) -> Timestamp {
    let local = at.to_zoned(zone.clone());
    local.checked_add(i32::from(months).months()).map_or(Timestamp::MAX, |later| later.timestamp())
}

/// The key of a local month: 2026-11.
#[must_use]
pub fn month_key(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// The key of a local day: 2026-11-21.
#[must_use]
pub fn day_key(day: Date) -> String {
    day.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone that the bundled data has")
    }

    #[test]
    fn a_month_after_the_31st_of_january_is_the_last_of_february() {
        let amsterdam = zone("Europe/Amsterdam");
        let at: Timestamp = "2026-01-31T12:00:00+01:00".parse().expect("an instant");
        assert_eq!(months_after(at, 1, &amsterdam).to_string(), "2026-02-28T11:00:00Z");
    }

    #[test]
    fn twelve_months_keep_the_local_hour_across_clock_changes() {
        let amsterdam = zone("Europe/Amsterdam");
        let at: Timestamp = "2026-03-28T22:30:00Z".parse().expect("an instant");
        let later = months_after(at, 1, &amsterdam);
        assert_eq!(amsterdam.to_datetime(at).time(), amsterdam.to_datetime(later).time());
    }

    #[test]
    fn a_day_belongs_to_the_programs_zone() {
        let at: Timestamp = "2026-11-21T23:30:00Z".parse().expect("an instant");
        assert_eq!(day_key(day_of(at, &zone("Europe/Amsterdam"))), "2026-11-22");
        assert_eq!(day_key(day_of(at, &zone("America/New_York"))), "2026-11-21");
    }

    #[test]
    fn a_day_starts_where_the_clock_change_skips_midnight() {
        // Beirut moved its clocks from 0:00 to 1:00 on 27 March 2022.
        let beirut = zone("Asia/Beirut");
        let day = jiff::civil::date(2022, 3, 27);
        assert_eq!(day_of(day_start(day, &beirut), &beirut), day);
    }
}

//! Points and money in words: pages, the API and letters say them alike.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::points::{Money, grouped};

/// The currency of the program, to print money in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currency {
    pub code: String,
    pub digits: u32,
}

impl Currency {
    /// "€4.60".
    #[must_use]
    pub fn money(&self, minor: i64) -> String {
        money(minor, &self.code, self.digits)
    }

    /// How many minor units make a whole one.
    #[must_use]
    pub const fn unit(&self) -> i64 {
        10_i64.pow(self.digits)
    }
}

/// "14 November 2026", "14 to 28 November 2026", "14 November to 3 December 2026": days from one to another,
/// both included, as they are written down for good.
#[must_use]
pub fn span(first: Date, last: Date) -> String {
    let end = last.strftime("%-d %B %Y");
    if first == last {
        return end.to_string();
    }
    let format = match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) => "%-d",
        (true, false) => "%-d %B",
        _ => "%-d %B %Y",
    };
    format!("{} to {end}", first.strftime(format))
}

/// "1 point", "1,320 points".
#[must_use]
pub fn points(count: i64) -> String {
    counted(count, "point", "points")
}

/// "1 purchase", "12 purchases".
#[must_use]
pub fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// "€4.60", "CHF 4.60": the sign of the currency where everybody knows it.
#[must_use]
pub fn money(minor: i64, currency: &str, digits: u32) -> String {
    let sign = match currency {
        "EUR" => "€".to_owned(),
        "USD" => "$".to_owned(),
        "GBP" => "£".to_owned(),
        "JPY" => "¥".to_owned(),
        other => format!("{other} "),
    };
    let decimal = Money(minor).decimal(digits);
    match decimal.strip_prefix('-') {
        Some(positive) => format!("−{sign}{positive}"),
        None => format!("{sign}{decimal}"),
    }
}

/// Millionths of a point as a short decimal: "57.5", "+11.5".
#[must_use]
pub fn micro_points(micro: i64, sign: bool) -> String {
    let hundredths = (micro.unsigned_abs() + 5_000) / 10_000;
    let (whole, fraction) = (hundredths / 100, hundredths % 100);
    let mut text = grouped(i64::try_from(whole).unwrap_or(i64::MAX));
    if fraction > 0 {
        text.push_str(format!(".{fraction:02}").trim_end_matches('0'));
    }
    match (micro < 0 && hundredths > 0, sign) {
        (true, _) => format!("−{text}"),
        (false, true) => format!("+{text}"),
        (false, false) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_its_sign() {
        assert_eq!(money(460, "EUR", 2), "€4.60");
        assert_eq!(money(-50, "EUR", 2), "−€0.50");
        assert_eq!(money(1_200, "JPY", 0), "¥1200");
        assert_eq!(money(460, "CHF", 2), "CHF 4.60");
    }

    #[test]
    fn days_are_written_down_with_their_year_once() {
        let day = jiff::civil::date;
        for (first, last, told) in [
            (day(2026, 11, 14), day(2026, 11, 14), "14 November 2026"),
            (day(2026, 11, 1), day(2026, 11, 28), "1 to 28 November 2026"),
            (day(2026, 11, 14), day(2026, 12, 3), "14 November to 3 December 2026"),
            (day(2026, 12, 3), day(2027, 1, 3), "3 December 2026 to 3 January 2027"),
            (day(2026, 1, 3), day(2027, 1, 5), "3 January 2026 to 5 January 2027"),
        ] {
            assert_eq!(span(first, last), told);
        }
    }

    #[test]
    fn parts_of_points_are_short() {
        assert_eq!(micro_points(57_500_000, false), "57.5");
        assert_eq!(micro_points(11_500_000, true), "+11.5");
        assert_eq!(micro_points(-250_000, true), "−0.25");
        assert_eq!(micro_points(46_000_000, false), "46");
        assert_eq!(micro_points(1_234_000_000, false), "1,234");
    }
}

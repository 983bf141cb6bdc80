//! The day on which a member was born.

use jiff::civil::Date;

/// Nobody is older.
const OLDEST: i16 = 130;

/// Reads a day such as 1990-04-23 on which somebody may have been born who is alive.
#[must_use]
pub fn parse(text: &str, today: Date) -> Option<Date> {
    let day: Option<Date> = text.trim().parse().ok();
    day.filter(|day| *day <= today && today.year() - day.year() <= OLDEST)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::parse;

    #[test]
    fn a_day_of_somebody_who_is_alive() {
        let today = date(2026, 11, 22);
        assert_eq!(parse(" 1990-04-23 ", today), Some(date(1990, 4, 23)));
        assert_eq!(parse("2026-11-22", today), Some(today), "born today");
        assert_eq!(parse("1896-11-22", today), Some(date(1896, 11, 22)));
        for wrong in ["", "23.4.1990", "1990-13-01", "2026-11-23", "1895-12-31", "1850-01-01"] {
            assert_eq!(parse(wrong, today), None, "{wrong:?}");
        }
    }
}

//! Points, dates and plurals in words.

use jiff::civil::DateTime;

/// A day and a time: 21 November 2026, 10:04.
#[must_use]
pub fn moment(at: DateTime) -> String {
    at.strftime("%-d %B %Y, %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_it_is_said() {
        assert_eq!(moment(jiff::civil::datetime(2026, 11, 2, 9, 4, 59, 0)), "2 November 2026, 09:04");
    }
}

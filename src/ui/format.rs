//! Points, money, dates and plurals in words.

use jiff::civil::{Date, DateTime, Time};

use crate::domain::points::grouped;
pub use crate::domain::words::{counted, micro_points, money, points};

/// "+58", "−80".
#[must_use]
pub fn signed(count: i64) -> String {
    if count > 0 { format!("+{}", grouped(count)) } else { grouped(count) }
}

/// "one" to "ten", then digits.
#[must_use]
pub fn number_word(count: i64) -> String {
    const WORDS: [&str; 11] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let word = usize::try_from(count).ok().and_then(|index| WORDS.get(index));
    word.map_or_else(|| grouped(count), |word| (*word).to_owned())
}

pub use crate::domain::text::sentence;

/// A sentence that somebody wrote without its full stop gets one.
#[must_use]
pub fn ended(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// "20 November", with the year when it is not this one.
#[must_use]
pub fn day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%-d %B" } else { "%-d %B %Y" };
    date.strftime(format).to_string()
}

/// "20 November 2026".
#[must_use]
pub fn whole_day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// "Friday 20 November, 8:12"; "Today, 8:12" and "Yesterday, 8:12" where they are. Midnight itself is no time
/// that anybody means: it is what a day is read as that was told without one, and when days begin and end.
#[must_use]
pub fn when(at: DateTime, today: Date) -> String {
    let date = at.date();
    let name = if date == today {
        "Today".to_owned()
    } else if date.tomorrow().is_ok_and(|next| next == today) {
        "Yesterday".to_owned()
    } else if date.year() == today.year() {
        date.strftime("%A %-d %B").to_string()
    } else {
        date.strftime("%-d %B %Y").to_string()
    };
    if at.time() == Time::midnight() { name } else { format!("{name}, {}", clock(at)) }
}

/// A day and a time: 21 November 2026, 10:04; of a day alone, the day.
#[must_use]
pub fn moment(at: DateTime) -> String {
    let format = if at.time() == Time::midnight() { "%-d %B %Y" } else { "%-d %B %Y, %H:%M" };
    at.strftime(format).to_string()
}

/// "8:12".
#[must_use]
pub fn clock(at: DateTime) -> String {
    at.strftime("%-H:%M").to_string()
}

/// "November", with the year when it is not this one.
#[must_use]
pub fn month(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%B" } else { "%B %Y" };
    date.strftime(format).to_string()
}

/// A card number as it stands on cards and in mails: "482 109 375".
#[must_use]
pub fn card(digits: &str) -> String {
    let letters: Vec<char> = digits.chars().collect();
    letters.chunks(3).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        assert_eq!(points(1), "1 point");
        assert_eq!(points(1_320), "1,320 points");
        assert_eq!((signed(58), signed(-80), signed(0)), ("+58".into(), "−80".into(), "0".into()));
        assert_eq!((number_word(4), number_word(12)), ("four".into(), "12".into()));
        assert_eq!(sentence("five months"), "Five months");
        assert_eq!(card("482109375"), "482 109 375");
    }

    #[test]
    fn days_are_named_by_how_near_they_are() {
        let today = date(2026, 11, 21);
        assert_eq!(when(date(2026, 11, 21).at(8, 12, 0, 0), today), "Today, 8:12");
        assert_eq!(when(date(2026, 11, 20).at(8, 5, 0, 0), today), "Yesterday, 8:05");
        assert_eq!(when(date(2026, 11, 14).at(10, 2, 0, 0), today), "Saturday 14 November, 10:02");
        assert_eq!(when(date(2025, 11, 14).at(10, 2, 0, 0), today), "14 November 2025, 10:02");
        assert_eq!(day(date(2027, 1, 10), today), "10 January 2027");
        assert_eq!(whole_day(today), "21 November 2026");
        assert_eq!(when(date(2026, 11, 21).at(0, 0, 0, 0), today), "Today", "a day that was told alone");
        assert_eq!(when(date(2026, 11, 14).at(0, 0, 1, 0), today), "Saturday 14 November, 0:00");
        assert_eq!(moment(date(1997, 1, 1).at(0, 0, 0, 0)), "1 January 1997");
        assert_eq!(moment(date(1997, 1, 1).at(13, 5, 0, 0)), "1 January 1997, 13:05");
    }
}

//! What stands in a cell: amounts, quantities and dates as shops write them. What can be read in two ways
//! is refused.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

use super::{DateOrder, DecimalSign, shown};
use crate::domain::points::Money;

/// Years outside are typing errors, or numbers that are no dates.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// Signs that several currencies share, or that are no ISO code.
const LOCAL_SIGNS: [&str; 17] =
    ["$", "us$", "a$", "c$", "r$", "¥", "₹", "₩", "₺", "₽", "₫", "kr", "kr.", "zł", "fr.", "kč", "ft"];

/// How the program counts money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency<'a> {
    pub code: &'a str,
    pub digits: u32,
}

/// Reads an amount: 11.77, 1,234.50, 1.234,50, € 12, (5.00).
pub fn amount(text: &str, currency: Currency, decimal: Option<DecimalSign>) -> Result<Money, String> {
    let (negative, bare) = unsigned(text.trim());
    let bare = without_currency(bare, currency)?;
    // The sign also stands between the currency and the number: €-5.00.
    let (negative_inside, bare) = unsigned(bare);
    if negative && negative_inside {
        return Err(format!("{} is not an amount", shown(text)));
    }
    let decimals = currency.digits;
    let (whole, fraction) = parts(bare, decimals, decimal).map_err(|problem| match problem {
        Problem::NoNumber => format!("{} is not an amount", shown(text)),
        Problem::TwoWays => format!(
            "{} can be thousands or a fraction: say decimal=point or decimal=comma in the mapping",
            shown(text)
        ),
    })?;
    if fraction.trim_end_matches('0').len() > decimals as usize {
        return Err(format!("{} has more decimals than {} has", shown(text), currency.code));
    }
    let minor = Money::parse(&format!("{whole}.{fraction}"), decimals);
    let minor = minor.ok_or_else(|| format!("{} is too large to be an amount", shown(text)))?;
    Ok(if negative || negative_inside { Money(-minor.0) } else { minor })
}

/// Reads a number of things: 3, 3.0, 1,000. Nothing counts as one.
pub fn quantity(text: &str, decimal: Option<DecimalSign>) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(1);
    }
    let (negative, bare) = unsigned(text);
    let (whole, fraction) =
        parts(bare, 0, decimal).map_err(|_| format!("{} is not a quantity", shown(text)))?;
    if !fraction.trim_end_matches('0').is_empty() {
        return Err(format!(
            "The quantity {} is not whole: leave the quantity out of the mapping if things are sold by \
             weight",
            shown(text)
        ));
    }
    let number: i64 = whole.parse().map_err(|_| format!("The quantity {} is too large", shown(text)))?;
    Ok(if negative { -number } else { number })
}

/// Reads an instant. Local dates and times are those of `zone`; a date alone is the beginning of its day.
pub fn instant(text: &str, order: Option<DateOrder>, zone: &TimeZone) -> Result<Timestamp, String> {
    let no_date = || format!("{} is not a date", shown(text));
    let cut = text.find([' ', 'T', 't']).unwrap_or(text.len());
    let date = date(&text[..cut], order).map_err(|problem| problem.unwrap_or_else(no_date))?;
    let rest = text[cut..].trim_start_matches(['T', 't']).trim();
    if rest.is_empty() {
        return Ok(crate::domain::program::day_start(date, zone));
    }
    let (time, offset) = time(rest).ok_or_else(no_date)?;
    let local = DateTime::from_parts(date, time);
    let at = match offset {
        Some(offset) => offset.to_timestamp(local).map_err(|_| no_date())?,
        None => local.to_zoned(zone.clone()).map_err(|_| no_date())?.timestamp(),
    };
    // As exact as Postgres keeps it.
    Timestamp::from_microsecond(at.as_microsecond()).map_err(|_| no_date())
}

enum Problem {
    NoNumber,
    TwoWays,
}

/// Takes off a minus before or behind, or the bookkeeper's parentheses.
fn unsigned(text: &str) -> (bool, &str) {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return (true, inner.trim());
    }
    for sign in ['-', '−', '–'] {
        if let Some(rest) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return (true, rest.trim());
        }
    }
    (false, text.strip_prefix('+').unwrap_or(text))
}

/// Takes off the currency's sign or code; another currency's is refused.
fn without_currency<'a>(text: &'a str, currency: Currency) -> Result<&'a str, String> {
    let outside = |c: char| c.is_alphabetic() || "€$£¥₹₩₺₽₫฿".contains(c);
    let bare = text.trim_matches(|c: char| outside(c) || c.is_whitespace());
    if !bare.contains(|c: char| c.is_ascii_digit()) {
        return Err(format!("{} is not an amount", shown(text)));
    }
    let signs: String = text.replacen(bare, "", 1).split_whitespace().collect();
    let clash = match signs.as_str() {
        "" => false,
        "€" => currency.code != "EUR",
        "£" => !currency.code.ends_with("GBP"),
        code if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase()) => {
            code != currency.code
        }
        other => !LOCAL_SIGNS.contains(&other.to_lowercase().as_str()),
    };
    if clash {
        return Err(format!("{} is not an amount in {}", shown(text), currency.code));
    }
    Ok(bare)
}

/// The whole part and the fraction, as digits.
fn parts(text: &str, decimals: u32, decimal: Option<DecimalSign>) -> Result<(String, String), Problem> {
    let in_a_number = |c: char| c.is_ascii_digit() || is_separator(c);
    if !text.chars().any(|c| c.is_ascii_digit()) || !text.chars().all(in_a_number) {
        return Err(Problem::NoNumber);
    }
    let sign = match decimal {
        Some(decimal) => Some(decimal.sign()),
        None => decimal_sign(text, decimals)?,
    };
    let (whole, fraction) = match sign.and_then(|sign| text.rsplit_once(sign)) {
        Some((whole, fraction)) => (whole, fraction),
        None => (text, ""),
    };
    let grouped_well = sign.is_none_or(|sign| !whole.contains(sign)) && in_groups(whole);
    if !grouped_well || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Problem::NoNumber);
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    Ok((if digits.is_empty() { "0".to_owned() } else { digits }, fraction.to_owned()))
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')
}

/// The sign before the fraction, as far as the text itself tells.
fn decimal_sign(text: &str, decimals: u32) -> Result<Option<char>, Problem> {
    let last = text.rfind(['.', ',']);
    let Some(last) = last else { return Ok(None) };
    let (before, sign, after) =
        (&text[..last], if text[last..].starts_with('.') { '.' } else { ',' }, &text[last + 1..]);
    if before.contains(sign) {
        // Several of the same: they part thousands.
        return Ok(None);
    }
    let other_before = before.contains(|c| is_separator(c) && c != sign);
    let thousands_like = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    match (other_before, thousands_like) {
        (false, true) if decimals == 0 => Ok(None),
        (false, true) if decimals == 3 && sign == '.' => Ok(Some(sign)),
        (false, true) => Err(Problem::TwoWays),
        _ => Ok(Some(sign)),
    }
}

/// Whether separators of one kind stand every three digits, or there are none.
fn in_groups(whole: &str) -> bool {
    let Some(separator) = whole.chars().find(|c| is_separator(*c)) else { return true };
    let mut groups = whole.split(separator);
    let first = groups.next().map_or(0, str::len);
    (1..=3).contains(&first)
        && groups.all(|group| group.len() == 3 && group.bytes().all(|digit| digit.is_ascii_digit()))
}

/// `Err(None)`: not a date at all.
fn date(text: &str, order: Option<DateOrder>) -> Result<Date, Option<String>> {
    let day_of = |year: i16, month: i8, day: i8| {
        let Ok(date) = Date::new(year, month, day) else {
            return Err(Some(format!("{} is a day that does not exist", shown(text))));
        };
        if YEARS.contains(&year) {
            return Ok(date);
        }
        let (first, last) = (YEARS.start(), YEARS.end());
        Err(Some(format!("{} is not in the years {first} to {last}", shown(text))))
    };
    if text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_digit()) {
        let number = |part: &str| part.parse::<i8>().unwrap_or_default();
        return day_of(text[..4].parse().unwrap_or_default(), number(&text[4..6]), number(&text[6..]));
    }
    let Some(separator) = text.chars().find(|c| matches!(c, '-' | '/' | '.')) else { return Err(None) };
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts[..] else { return Err(None) };
    let lengths = (first.len(), second.len(), third.len());
    let numeric = parts.iter().all(|part| part.bytes().all(|digit| digit.is_ascii_digit()));
    let number = |part: &str| part.parse::<i8>().unwrap_or_default();
    match (lengths, order) {
        _ if !numeric => Err(None),
        ((4, 1..=2, 1..=2), _) => day_of(first.parse().unwrap_or_default(), number(second), number(third)),
        ((1..=2, 1..=2, 4), Some(DateOrder::DayFirst)) => {
            day_of(third.parse().unwrap_or_default(), number(second), number(first))
        }
        ((1..=2, 1..=2, 4), Some(DateOrder::MonthFirst)) => {
            day_of(third.parse().unwrap_or_default(), number(first), number(second))
        }
        ((1..=2, 1..=2, 4), None) => Err(Some(format!(
            "{} has no certain order of day and month: choose it in the mapping (date_format=dmy or \
             date_format=mdy)",
            shown(text)
        ))),
        ((1..=2, 1..=2, 2), _) => Err(Some(format!("{} has a year of two digits: write four", shown(text)))),
        _ => Err(None),
    }
}

/// A time of day, with its offset where one is given: 13:39:43, 1:39 PM, 13:39+01:00, 13:39Z.
fn time(text: &str) -> Option<(Time, Option<Offset>)> {
    let upper = text.to_ascii_uppercase();
    let (clock, offset) = split_offset(upper.trim())?;
    let (clock, noon) = match (clock.strip_suffix("AM"), clock.strip_suffix("PM")) {
        (Some(rest), _) => (rest.trim(), Some(0)),
        (_, Some(rest)) => (rest.trim(), Some(12)),
        _ => (clock, None),
    };
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let (second, fraction) =
        parts.next().map_or(("0", "0"), |rest| rest.split_once('.').unwrap_or((rest, "0")));
    let number = |part: &str| -> Option<i8> {
        let short = (1..=2).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit());
        part.parse().ok().filter(|_| short)
    };
    let hour = match (number(hour)?, noon) {
        (hour, None) => hour,
        (12, Some(noon)) => noon,
        (hour @ 1..=11, Some(noon)) => hour + noon,
        _ => return None,
    };
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let nanosecond: i32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Some((Time::new(hour, number(minute)?, number(second)?, nanosecond).ok()?, offset))
}

/// Takes off Z, UTC, +01:00, +0100 or +01.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    for utc in ["Z", "UTC", "GMT"] {
        if let Some(clock) = text.strip_suffix(utc) {
            return Some((clock.trim(), Some(Offset::UTC)));
        }
    }
    let Some(at) = text.find(['+', '-', '−']) else { return Some((text, None)) };
    let digits: String = text[at..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?),
        _ => return None,
    };
    let seconds = hours * 3600 + minutes * 60;
    let seconds = if text[at..].starts_with('+') { seconds } else { -seconds };
    Some((text[..at].trim(), Some(Offset::from_seconds(seconds).ok()?)))
}

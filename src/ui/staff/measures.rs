//! What can be measured, as staff choose it from lists. The values are those of `domain::metric::form`.

use super::fields::options;

/// What a step of a challenge can measure.
const OF_STEP: [(&str, &str); 11] = [
    ("count", "how many times"),
    ("sum_amount", "money spent in all"),
    ("sum_quantity", "things in all"),
    ("max_amount", "money in one purchase"),
    ("max_quantity", "things in one purchase"),
    ("distinct_day", "different days"),
    ("distinct_weekday", "different days of the week"),
    ("distinct_category", "different categories"),
    ("distinct_sku", "different articles"),
    ("distinct_store", "different stores"),
    ("distinct_kind", "different activities"),
];

/// What else a badge can measure.
const OF_BADGE: [(&str, &str); 8] = [
    ("streak_day", "days in a row"),
    ("streak_week", "weeks in a row"),
    ("streak_month", "months in a row"),
    ("streak_quarter", "quarters in a row"),
    ("streak_year", "years in a row"),
    ("sum_attribute", "an attribute, added up"),
    ("max_attribute", "an attribute at its largest"),
    ("distinct_attribute", "different values of an attribute"),
];

const WINDOWS: [(&str, &str); 7] = [
    ("lifetime", "the whole membership"),
    ("day", "each day by itself"),
    ("week", "each week by itself"),
    ("month", "each month by itself"),
    ("quarter", "each quarter by itself"),
    ("year", "each year by itself"),
    ("rolling", "any so many days in a row"),
];

const BYS: [(&str, &str); 8] = [
    ("", "no, all together"),
    ("store", "of each store, and the best counts"),
    ("category", "of each category, and the best counts"),
    ("sku", "of each article, and the best counts"),
    ("day", "of each day, and the best counts"),
    ("weekday", "of each day of the week, and the best counts"),
    ("kind", "of each kind of activity, and the best counts"),
    ("attribute", "of each value of the attribute, and the best counts"),
];

const REPEATS: [(&str, &str); 6] = [
    ("", "once for ever"),
    ("day", "again every day"),
    ("week", "again every week"),
    ("month", "again every month"),
    ("quarter", "again every quarter"),
    ("year", "again every year"),
];

pub fn of_step() -> Vec<(String, String)> {
    options(&OF_STEP)
}

pub fn of_badge() -> Vec<(String, String)> {
    options(&[&OF_STEP[..], &OF_BADGE[..]].concat())
}

pub fn windows() -> Vec<(String, String)> {
    options(&WINDOWS)
}

/// What is counted by itself.
pub fn bys() -> Vec<(String, String)> {
    options(&BYS)
}

/// How often a badge can be had.
pub fn repeats() -> Vec<(String, String)> {
    options(&REPEATS)
}

//! The arithmetic of points in words: members, staff and tills read the same.

use super::{
    Birthday, Definition, Effect, Given, Most, Period, Range, Told, Trigger, Why,
    schedule::{Days, Hours},
};
use crate::domain::words::{Currency, counted, micro_points, points};

/// A step in words, what it added, and how.
#[must_use]
pub fn step(told: &Told, currency: &Currency) -> (String, String, Option<String>) {
    let name = &told.name;
    let amount = |minor: i64| currency.money(minor);
    let unit = currency.unit();
    let (words, note) = match &told.given {
        Given::Money { points: rate, per, amount: spent } if *per == unit => {
            let one = currency.money(unit);
            let one = one.split('.').next().unwrap_or_default();
            let words = format!("{} for every {one}", points(*rate));
            (words, Some(format!("{} × {rate}", amount(*spent))))
        }
        Given::Money { points: rate, per, amount: spent } => {
            let words = format!("{name}: {} for every {}", points(*rate), amount(*per));
            (words, Some(format!("on {}", amount(*spent))))
        }
        Given::Items { points: each, quantity } => {
            let words = format!("{name}: {} for each thing", points(*each));
            (words, Some(format!("{} × {each}", counted(*quantity, "thing", "things"))))
        }
        Given::Lines { points: each, lines } => {
            (format!("{name}: {} for each line", points(*each)), Some(format!("{lines} × {each}")))
        }
        Given::Visit => (format!("{name}: once a day"), None),
        Given::Fixed => (name.clone(), None),
        Given::Multiplier { percent } => {
            (format!("{}: {}", told.campaign.as_ref().unwrap_or(name), times(*percent)), None)
        }
        Given::Tier { percent } => (format!("{name} members earn {}", times(*percent)), None),
        Given::Limit { per } => (format!("{name} gives no more {}", within(*per)), None),
        Given::Cap { per } => (format!("{name}: no more points {}", within(*per)), None),
        Given::Budget => (format!("{name} had no more to give"), None),
        Given::Round => ("Rounded to a whole point, once, at the end".to_owned(), None),
    };
    let of_money = matches!(told.given, Given::Money { per, .. } if per == unit);
    (words, micro_points(told.micro, !of_money), note)
}

/// What a rule does, in a few words.
#[must_use]
pub fn effect(effect: &Effect, currency: &Currency) -> String {
    match effect {
        Effect::PerMoney { points: rate, per, .. } => {
            let each = currency.money(per.unwrap_or_else(|| currency.unit()));
            format!("{} for every {each}", points(*rate))
        }
        Effect::PerItem { points: rate, .. } => format!("{} for each thing", points(*rate)),
        Effect::PerVisit { points: rate, .. } => format!("{} once a day", points(*rate)),
        Effect::Fixed { points: rate, .. } => points(*rate),
        Effect::Multiplier { percent } => times(*percent),
        Effect::Cap { points: most, per } => format!("at most {} {}", points(*most), within(*per)),
    }
}

/// "a quarter more": how much of the base is added on top.
fn times(percent: i32) -> String {
    match percent {
        110 => "a tenth more".to_owned(),
        120 => "a fifth more".to_owned(),
        125 => "a quarter more".to_owned(),
        150 => "half as many points again".to_owned(),
        200 => "twice the points".to_owned(),
        300 => "three times the points".to_owned(),
        other => format!("{}.{:02} times the points", other / 100, other % 100),
    }
}

const fn within(per: Period) -> &'static str {
    match per {
        Period::Purchase => "for one purchase",
        Period::Day => "in a day",
        Period::Week => "in a week",
        Period::Month => "in a month",
        Period::Year => "in a year",
        Period::Ever => "in all",
    }
}

/// Why a rule did not count, after its name.
#[must_use]
pub const fn why_not(why: Why) -> &'static str {
    match why {
        Why::NotYet => "had not begun",
        Why::Over => "was over",
        Why::Schedule => "was not running at that time",
        Why::Audience => "is for others",
        Why::Amount => "asks for another amount",
        Why::Quantity => "asks for another number of things",
        Why::Lines => "found none of its items",
        Why::Store => "is for other stores",
        Why::Weekday => "is for other days of the week",
        Why::Hours => "is for other hours",
        Why::Tier => "is for other tiers",
        Why::Tag => "is for other segments",
        Why::FirstPurchase => "is for the first purchase",
        Why::Birthday => "is for birthdays",
        Why::Attributes => "asks for other attributes",
        Why::Limit => "was used up",
        Why::Budget => "had no budget left",
        Why::Stacking => "gave way to another campaign",
        Why::NotNeeded => "had nothing to take",
    }
}

/// What has to hold for a rule to count, each in a few words; nothing where it always counts.
#[must_use]
pub fn conditions(rule: &Definition, currency: &Currency) -> Vec<String> {
    let when = &rule.when;
    let mut said = Vec::new();
    match &rule.on {
        Trigger::Purchase => {}
        Trigger::Line => said.push("each line by itself".to_owned()),
        Trigger::Activity(kinds) => said.push(format!("for {}", either(kinds))),
    }
    said.extend(range(when.amount, |minor| currency.money(minor)).map(|words| format!("amount {words}")));
    said.extend(range(when.quantity, |count| counted(count, "thing", "things")));
    for (words, list) in [
        ("on", &when.lines.category),
        ("on", &when.lines.sku),
        ("not on", &when.lines.except_category),
        ("not on", &when.lines.except_sku),
        ("at", &when.store),
        ("for the tier", &when.tier),
        ("for the segment", &when.tag),
    ] {
        if !list.is_empty() {
            said.push(format!("{words} {}", either(list)));
        }
    }
    said.extend(recurring(when.weekdays, when.hours));
    if when.first_purchase {
        said.push("on the first purchase".to_owned());
    }
    said.extend(when.birthday.map(|Birthday { before, after }| match (before, after) {
        (0, 0) => "on the birthday".to_owned(),
        _ => format!("from {before} days before the birthday to {after} days after it"),
    }));
    said.extend(when.attributes.iter().map(|(name, values)| format!("{name} is {}", either(values))));
    said.extend(rule.limits.iter().map(|limit| match limit.most {
        Most::Points(most) => format!("at most {} {}", points(most), within(limit.per)),
        Most::Times(most) => format!("at most {} {}", counted(most, "time", "times"), within(limit.per)),
    }));
    said
}

fn range(range: Range, words: impl Fn(i64) -> String) -> Option<String> {
    match (range.min, range.max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("from {}", words(min))),
        (None, Some(max)) => Some(format!("up to {}", words(max))),
        (Some(min), Some(max)) => Some(format!("from {} to {}", words(min), words(max))),
    }
}

/// "a, b or c".
#[must_use]
pub fn either(list: &[String]) -> String {
    match list {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., end] => format!("{} or {end}", others.join(", ")),
    }
}

/// On which days and at which hours, in words.
#[must_use]
pub fn recurring(days: Days, hours: Option<Hours>) -> Vec<String> {
    let mut said = Vec::new();
    if !days.is_every() {
        let names: Vec<String> = days.words().map(|word| day_name(word).to_owned()).collect();
        said.push(format!("on {}", either(&names).replace(" or ", " and ")));
    }
    let clock = |time: jiff::civil::Time| format!("{}:{:02}", time.hour(), time.minute());
    said.extend(hours.map(|hours| format!("between {} and {}", clock(hours.from), clock(hours.until))));
    said
}

/// "Monday" of "mon".
#[must_use]
pub fn day_name(word: &str) -> &'static str {
    match word {
        "mon" => "Monday",
        "tue" => "Tuesday",
        "wed" => "Wednesday",
        "thu" => "Thursday",
        "fri" => "Friday",
        "sat" => "Saturday",
        _ => "Sunday",
    }
}

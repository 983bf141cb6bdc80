//! What is measured, in words.

use super::{Field, Measure, Metric, Number, PURCHASE, Window};

/// The unit of a threshold: "purchases of coffee", "months in a row". Without a metric, badges.
#[must_use]
pub fn unit(metric: Option<&Metric>, is_one: bool) -> String {
    let Some(metric) = metric else {
        return if is_one { "badge" } else { "badges" }.to_owned();
    };
    let counted = match &metric.measure {
        Measure::Count => of_lines(metric, &plural(&what(metric), is_one)),
        Measure::Sum(Number::Quantity) => of_lines(metric, if is_one { "thing" } else { "things" }),
        Measure::Max(Number::Quantity) => "things in one go".to_owned(),
        Measure::Sum(Number::Amount) | Measure::Max(Number::Amount) => "spent".to_owned(),
        Measure::Sum(Number::Attribute(name)) | Measure::Max(Number::Attribute(name)) => name.clone(),
        Measure::Distinct(field) => plural(&format!("different {}", field_word(field)), is_one),
        Measure::Streak(period) => {
            return if is_one {
                period.as_str().to_owned()
            } else {
                format!("{}s in a row", period.as_str())
            };
        }
        Measure::Ratio(_) => "per cent".to_owned(),
    };
    let by = metric.by.as_ref().map(|field| format!(" in one {}", field_word(field))).unwrap_or_default();
    let window = match metric.window {
        Window::Lifetime | Window::SinceEnrolment => String::new(),
        Window::Calendar(period) => format!(" in one {}", period.as_str()),
        Window::RollingDays(days) => format!(" within {days} days"),
    };
    format!("{counted}{by}{window}")
}

/// What is counted, in the singular.
fn what(metric: &Metric) -> String {
    match metric.on.as_slice() {
        [one] if one == PURCHASE => "purchase".to_owned(),
        [one] if ["visit", "review", "referral", "survey"].contains(&one.as_str()) => one.clone(),
        _ => "time".to_owned(),
    }
}

fn of_lines(metric: &Metric, counted: &str) -> String {
    let lines = &metric.r#where.lines;
    match lines.category.iter().chain(&lines.sku).collect::<Vec<_>>().as_slice() {
        [one] => format!("{counted} of {one}"),
        _ => counted.to_owned(),
    }
}

fn field_word(field: &Field) -> &str {
    match field {
        Field::Store => "store",
        Field::Sku => "thing",
        Field::Category => "category",
        Field::Day => "day",
        Field::Weekday => "day of the week",
        Field::Kind => "way",
        Field::Attribute(name) => name,
    }
}

fn plural(word: &str, is_one: bool) -> String {
    if is_one {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("category") {
        return format!("{stem}categories");
    }
    if let Some(stem) = word.strip_suffix("day of the week") {
        return format!("{stem}days of the week");
    }
    if word.ends_with('s') {
        return word.to_owned();
    }
    format!("{word}s")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::badge::library;

    #[test]
    fn every_badge_of_the_library_says_what_it_counts() {
        let units: Vec<String> =
            library(2).iter().map(|ready| unit(ready.badge.rule.metric.as_ref(), false)).collect();
        for expected in [
            "purchases",
            "months in a row",
            "purchases within 7 days",
            "purchases in one month",
            "different stores",
            "different categories",
            "different days of the week",
            "purchases in one store",
            "reviews",
            "things",
            "badges",
        ] {
            assert!(units.iter().any(|unit| unit == expected), "{expected}: {units:?}");
        }
    }
}

//! What makes a metric acceptable. Each error names the field by its JSON pointer.

use super::{Field, Measure, Metric, Number, PURCHASE, Where, Window};
use crate::domain::{activity::is_kind, refusal::FieldError};

const MOST_KINDS: usize = 20;
const MOST_WORDS: usize = 200;
const MOST_ATTRIBUTES: usize = 10;

/// What is wrong so far, under the pointer where it stands.
pub struct Errors(pub Vec<FieldError>);

impl Errors {
    pub fn unless(&mut self, holds: bool, pointer: &str, message: &str) {
        if !holds {
            self.0.push(FieldError::new(pointer, message));
        }
    }
}

/// Adds what is wrong with a metric that stands at `at`.
pub fn check(metric: &Metric, at: &str, errors: &mut Errors) {
    let fits = (1..=MOST_KINDS).contains(&metric.on.len());
    errors.unless(fits, &format!("{at}/on"), "Name 1 to 20 kinds of activities; `purchase` is one");
    for (place, kind) in metric.on.iter().enumerate() {
        let how = "A kind is 1 to 40 lower case letters, digits, dashes or underscores";
        errors.unless(is_kind(kind), &format!("{at}/on/{place}"), how);
    }
    let buys = metric.on.iter().any(|kind| kind == PURCHASE);
    check_where(&metric.r#where, &format!("{at}/where"), buys, errors);
    check_measure(metric, at, buys, errors);
    check_window(metric, at, errors);
    if let Some(field) = &metric.by {
        check_field(field, &format!("{at}/by"), buys, errors);
        let counts = matches!(metric.measure, Measure::Count | Measure::Sum(_) | Measure::Max(_));
        let how = "Only a count, a sum or a largest number can be told by value";
        errors.unless(counts, &format!("{at}/by"), how);
    }
}

fn check_measure(metric: &Metric, at: &str, buys: bool, errors: &mut Errors) {
    match &metric.measure {
        Measure::Count | Measure::Streak(_) => {}
        Measure::Sum(number) => check_number(number, &format!("{at}/measure/sum"), buys, errors),
        Measure::Max(number) => check_number(number, &format!("{at}/measure/max"), buys, errors),
        Measure::Distinct(field) => check_field(field, &format!("{at}/measure/distinct"), buys, errors),
        Measure::Ratio(ratio) => {
            let at = format!("{at}/measure/ratio");
            errors.unless(!ratio.part.is_any(), &format!("{at}/part"), "Say what the part is");
            errors.unless(ratio.least >= 1, &format!("{at}/least"), "All of it has to be 1 or more");
            check_where(&ratio.part, &format!("{at}/part"), buys, errors);
            if let Some(number) = &ratio.sum {
                check_number(number, &format!("{at}/sum"), buys, errors);
            }
        }
    }
}

fn check_window(metric: &Metric, at: &str, errors: &mut Errors) {
    let pointer = format!("{at}/window");
    if let Window::RollingDays(days) = metric.window {
        errors.unless((1..=366).contains(&days), &format!("{pointer}/rolling_days"), "Choose 1 to 366 days");
    }
    let lifetime = metric.window.is_lifetime();
    let streak = matches!(metric.measure, Measure::Streak(_));
    errors.unless(!streak || lifetime, &pointer, "A streak is looked for in the whole membership");
    let calendar = lifetime || matches!(metric.window, Window::Calendar(_) | Window::SinceEnrolment);
    let ratio = matches!(metric.measure, Measure::Ratio(_));
    let enrolled = metric.window == Window::SinceEnrolment;
    errors.unless(
        !ratio || (calendar && !enrolled),
        &pointer,
        "A share is of the whole membership or of a calendar period",
    );
    let distinct = matches!(metric.measure, Measure::Distinct(_));
    let how = "Different values are counted in the whole membership or in a calendar period";
    errors.unless(!distinct || calendar, &pointer, how);
}

fn check_number(number: &Number, at: &str, buys: bool, errors: &mut Errors) {
    match number {
        Number::Amount => errors.unless(buys, at, "Only purchases have an amount"),
        Number::Quantity => {}
        Number::Attribute(name) => check_attribute(name, &format!("{at}/attribute"), errors),
    }
}

fn check_field(field: &Field, at: &str, buys: bool, errors: &mut Errors) {
    match field {
        Field::Sku | Field::Category => errors.unless(buys, at, "Only purchases have lines"),
        Field::Attribute(name) => check_attribute(name, &format!("{at}/attribute"), errors),
        Field::Store | Field::Day | Field::Weekday | Field::Kind => {}
    }
}

fn check_attribute(name: &str, at: &str, errors: &mut Errors) {
    let fits = (1..=40).contains(&name.len()) && !name.contains('\0');
    errors.unless(fits, at, "Name the attribute in 1 to 40 characters");
}

fn check_where(filter: &Where, at: &str, buys: bool, errors: &mut Errors) {
    for (range, name) in [(&filter.amount, "amount"), (&filter.quantity, "quantity")] {
        let pointer = format!("{at}/{name}");
        errors.unless(range.min.is_none_or(|min| min >= 0), &pointer, "The least is 0 or more");
        let order = range.min.zip(range.max).is_none_or(|(min, max)| min <= max);
        errors.unless(order, &pointer, "The most can't be below the least");
    }
    let of_purchases = filter.amount.is_any() && filter.lines.is_any();
    errors.unless(buys || of_purchases, at, "Only purchases have an amount and lines");
    let lists = [
        (&filter.lines.sku, "lines/sku"),
        (&filter.lines.category, "lines/category"),
        (&filter.lines.except_sku, "lines/except_sku"),
        (&filter.lines.except_category, "lines/except_category"),
        (&filter.store, "store"),
    ];
    for (list, name) in lists {
        check_words(list, &format!("{at}/{name}"), errors);
    }
    let few = filter.attributes.len() <= MOST_ATTRIBUTES;
    errors.unless(few, &format!("{at}/attributes"), "At most 10 attributes");
    for (name, values) in &filter.attributes {
        let pointer = format!("{at}/attributes/{}", name.replace('~', "~0").replace('/', "~1"));
        check_attribute(name, &pointer, errors);
        errors.unless(!values.is_empty(), &pointer, "Name the values that do");
        check_words(values, &pointer, errors);
    }
    let hours = filter.hours.is_none_or(|hours| hours.from != hours.until);
    errors.unless(hours, &format!("{at}/hours"), "The hours begin and end at the same time");
    let order = filter.from.zip(filter.until).is_none_or(|(from, until)| from < until);
    errors.unless(order, &format!("{at}/until"), "It ends before it begins");
}

fn check_words(words: &[String], at: &str, errors: &mut Errors) {
    errors.unless(words.len() <= MOST_WORDS, at, "At most 200 of them");
    for (place, word) in words.iter().enumerate() {
        let fits = !word.trim().is_empty() && word.len() <= 120 && !word.contains('\0');
        errors.unless(fits, &format!("{at}/{place}"), "Each has 1 to 120 characters");
    }
}

//! What the forms of staff have in common: how their fields are called, how numbers, days and hours are read,
//! and the fields that narrow down which activities count.

pub mod typed;

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::domain::{
    catalogue::whole_number,
    earning::{
        Lines, Range,
        schedule::{Days, Hours},
    },
    metric::{Metric, PURCHASE},
    points::Money,
    refusal::{FieldError, Refusal},
};

/// The name that a field of a form has on the page.
#[must_use]
pub fn field(name: &str) -> String {
    format!("form[{name}]")
}

/// Words that are known from what was sent, to choose from in the fields that name them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub categories: Vec<String>,
    pub stores: Vec<String>,
    /// None where there are too many to choose from.
    pub skus: Vec<String>,
    pub kinds: Vec<String>,
}

impl Known {
    /// What a metric names that nothing which was sent lately does: it is new, or misspelt. A list without
    /// words says nothing.
    #[must_use]
    pub fn unheard(&self, metric: &Metric) -> Vec<String> {
        let lines = &metric.r#where.lines;
        let activities: Vec<String> = metric.on.iter().filter(|kind| *kind != PURCHASE).cloned().collect();
        let named = [
            ("category", &self.categories, &lines.category),
            ("category", &self.categories, &lines.except_category),
            ("article", &self.skus, &lines.sku),
            ("article", &self.skus, &lines.except_sku),
            ("store", &self.stores, &metric.r#where.store),
            ("kind of activity", &self.kinds, &activities),
        ];
        let unheard = |(noun, known, named): (&str, &Vec<String>, &Vec<String>)| {
            let new = named.iter().filter(|word| !known.is_empty() && !known.contains(word));
            new.map(|word| format!("Nothing that was sent lately names the {noun} “{word}”."))
                .collect::<Vec<_>>()
        };
        named.into_iter().flat_map(unheard).collect()
    }
}

/// Words with commas between.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Those of a list of ticks or choices that say something.
#[must_use]
pub fn chosen(list: &[String]) -> Vec<String> {
    list.iter().filter(|one| !one.trim().is_empty()).cloned().collect()
}

/// A day as browsers write it: 2026-11-28.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    let mut parts = text.trim().splitn(3, '-').map(|part| (part.len(), part.parse::<i16>().ok()));
    let ((4, year), (2, month), (2, day)) = (parts.next()?, parts.next()?, parts.next()?) else {
        return None;
    };
    Date::new(year?, i8::try_from(month?).ok()?, i8::try_from(day?).ok()?).ok()
}

/// A time as browsers write it: 07:30, or with seconds, which do not count.
#[must_use]
pub fn clock(text: &str) -> Option<Time> {
    let (hour, rest) = text.trim().split_once(':')?;
    let minute = rest.split(':').next()?;
    let part = |text: &str| text.parse().ok().filter(|_| text.len() <= 2);
    Time::new(part(hour)?, part(minute)?, 0, 0).ok()
}

/// A day and a time as browsers write them: 2026-11-28T07:30.
#[must_use]
pub fn moment(text: &str) -> Option<DateTime> {
    let (date, time) = text.trim().split_once(['T', ' '])?;
    Some(day(date)?.to_datetime(clock(time)?))
}

/// The hours of a day in the two fields that they have.
#[must_use]
pub fn hours_text(hours: Option<Hours>) -> (String, String) {
    let text = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
    hours.map(|hours| (text(hours.from), text(hours.until))).unwrap_or_default()
}

/// No day is later: there are days after it, on which what ends with it is over and closed.
pub const LAST_DAY: Date = jiff::civil::date(9_990, 12, 31);

/// Collects what is wrong with the fields.
pub struct Wrong {
    pub errors: Vec<FieldError>,
    /// Of the currency.
    pub digits: u32,
}

impl Wrong {
    #[must_use]
    pub const fn new(digits: u32) -> Self {
        Self { errors: Vec::new(), digits }
    }

    pub fn say(&mut self, name: &str, message: &str) {
        self.errors.push(FieldError::new(&field(name), message));
    }

    /// What was read, if nothing is wrong.
    pub fn or_refuse<T>(self, read: T) -> Result<T, Refusal> {
        if self.errors.is_empty() { Ok(read) } else { Err(Refusal::invalid(self.errors)) }
    }

    pub fn number(&mut self, name: &str, text: &str) -> i64 {
        whole_number(text).unwrap_or_else(|| {
            self.say(name, "Give a whole number, such as 10");
            1
        })
    }

    pub fn optional(&mut self, name: &str, text: &str) -> Option<i64> {
        if text.trim().is_empty() { None } else { Some(self.number(name, text)) }
    }

    pub fn money(&mut self, name: &str, text: &str) -> Option<i64> {
        if text.trim().is_empty() {
            return None;
        }
        let read = Money::parse(text.trim(), self.digits);
        if read.is_none() {
            let message = format!("Give an amount, such as {}", Money(1_250).decimal(self.digits));
            self.say(name, &message);
        }
        Some(read.unwrap_or_default().0)
    }

    pub fn day(&mut self, name: &str, text: &str) -> Date {
        let read = day(text);
        if read.is_none_or(|day| day > LAST_DAY) {
            let how =
                read.map_or("Give a day, such as 2026-11-23", |_| "Give a day of the year 9990 or before");
            self.say(name, how);
        }
        read.filter(|day| *day <= LAST_DAY).unwrap_or_default()
    }

    /// A day, or a day and a time; the last day belongs to what ends, until midnight.
    pub fn instant(&mut self, name: &str, text: &str, is_end: bool) -> Option<DateTime> {
        if text.trim().is_empty() {
            return None;
        }
        let midnight = |day: Date| day.to_datetime(Time::midnight());
        let read = match day(text) {
            Some(day) if is_end => day.tomorrow().ok().map(midnight),
            Some(day) => Some(midnight(day)),
            None => moment(text),
        };
        let fits = read.filter(|at| (2000..=9998).contains(&at.year()));
        if fits.is_none() {
            self.say(name, "Give a day, such as 2026-11-28, or a day and a time");
        }
        fits
    }

    pub fn hours(&mut self, from: (&str, &str), until: (&str, &str)) -> Option<Hours> {
        if from.1.is_empty() && until.1.is_empty() {
            return None;
        }
        let mut time = |(name, text): (&str, &str)| {
            clock(text).unwrap_or_else(|| {
                self.say(name, "Give a time, such as 07:30");
                Time::midnight()
            })
        };
        let hours = Hours { from: time(from), until: time(until) };
        Some(hours)
    }
}

/// What narrows down which activities count, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    /// Words with commas between; empty: all.
    pub category: String,
    pub sku: String,
    pub except_category: String,
    pub except_sku: String,
    pub store: String,
    pub amount_min: String,
    pub amount_max: String,
    pub quantity_min: String,
    pub quantity_max: String,
    /// A line for each attribute: "material: glass, tin".
    pub attributes: String,
    /// Words such as `mon`; none: every day.
    pub weekdays: Vec<String>,
    pub hours_from: String,
    pub hours_until: String,
}

/// The same, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub lines: Lines,
    pub store: Vec<String>,
    pub amount: Range,
    pub quantity: Range,
    pub attributes: BTreeMap<String, Vec<String>>,
    pub weekdays: Days,
    pub hours: Option<Hours>,
}

impl FilterForm {
    /// The fields that show a filter. `digits` are those of the currency.
    #[must_use]
    pub fn of(filter: &Filter, digits: u32) -> Self {
        let Filter { lines, store, amount, quantity, attributes, weekdays, hours } = filter;
        let money = |minor: Option<i64>| minor.map(|minor| Money(minor).decimal(digits)).unwrap_or_default();
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let attributes = attributes.iter().map(|(name, values)| format!("{name}: {}", values.join(", ")));
        let (hours_from, hours_until) = hours_text(*hours);
        Self {
            category: lines.category.join(", "),
            sku: lines.sku.join(", "),
            except_category: lines.except_category.join(", "),
            except_sku: lines.except_sku.join(", "),
            store: store.join(", "),
            amount_min: money(amount.min),
            amount_max: money(amount.max),
            quantity_min: number(quantity.min),
            quantity_max: number(quantity.max),
            attributes: attributes.collect::<Vec<_>>().join("\n"),
            weekdays: weekdays.words().map(str::to_owned).collect(),
            hours_from,
            hours_until,
        }
    }

    /// What was typed; `at` is what the names of the fields begin with, such as `filter][`.
    pub fn read(&self, at: &str, wrong: &mut Wrong) -> Filter {
        let name = |part: &str| format!("{at}{part}");
        let days = Days::of_words(self.weekdays.iter().map(String::as_str));
        if days.is_none() {
            wrong.say(&name("weekdays"), "Name days as mon, tue, wed, thu, fri, sat, sun");
        }
        Filter {
            lines: Lines {
                sku: words(&self.sku),
                category: words(&self.category),
                except_sku: words(&self.except_sku),
                except_category: words(&self.except_category),
            },
            store: words(&self.store),
            amount: Range {
                min: wrong.money(&name("amount_min"), &self.amount_min),
                max: wrong.money(&name("amount_max"), &self.amount_max),
            },
            quantity: Range {
                min: wrong.optional(&name("quantity_min"), &self.quantity_min),
                max: wrong.optional(&name("quantity_max"), &self.quantity_max),
            },
            weekdays: days.unwrap_or_default(),
            hours: wrong
                .hours((&name("hours_from"), &self.hours_from), (&name("hours_until"), &self.hours_until)),
            attributes: attributes(&self.attributes, &name("attributes"), wrong),
        }
    }

    /// The field that says this part of a filter: the first of those that do.
    #[must_use]
    pub fn field_of(part: &str) -> &str {
        match part {
            "amount" => "amount_min",
            "quantity" => "quantity_min",
            "hours" => "hours_from",
            other => other,
        }
    }
}

fn attributes(text: &str, name: &str, wrong: &mut Wrong) -> BTreeMap<String, Vec<String>> {
    let mut read = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.split_once(':') {
            Some((attribute, values)) => {
                read.insert(attribute.trim().to_owned(), words(values));
            }
            None => wrong.say(name, "Write each line as “material: glass, tin”"),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::metric::Measure;

    #[test]
    fn days_and_times_are_read_as_browsers_write_them() {
        assert_eq!(day(" 2026-02-28 "), Some(jiff::civil::date(2026, 2, 28)));
        for wrong in ["", "2026-02-30", "2026-2-28", "28.02.2026", "2026-02-28-01", "+026-02-28T00:00"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
        assert_eq!(clock("7:30"), Some(jiff::civil::time(7, 30, 0, 0)));
        for wrong in ["", "7", "24:00", "07:60", "007:30", "a:b"] {
            assert_eq!(clock(wrong), None, "{wrong}");
        }
        let at = jiff::civil::date(2026, 11, 28).at(7, 30, 0, 0);
        assert_eq!((moment("2026-11-28T07:30"), moment("2026-11-28 07:30:00")), (Some(at), Some(at)));
    }

    #[test]
    fn the_last_day_belongs_to_what_ends() {
        let mut wrong = Wrong::new(2);
        let midnight = |day| Some(jiff::civil::date(2026, 11, day).at(0, 0, 0, 0));
        assert_eq!(wrong.instant("until", "2026-11-28", true), midnight(29));
        assert_eq!(wrong.instant("from", "2026-11-28", false), midnight(28));
        assert!(wrong.errors.is_empty());
        assert_eq!(wrong.instant("from", "soon", false), None);
        assert_eq!(wrong.errors[0].field, "form[from]");
    }

    #[test]
    fn what_nothing_has_named_is_told() {
        let word = |word: &str| vec![word.to_owned()];
        let known = Known { categories: word("coffee"), stores: word("Canal Street"), ..Known::default() };
        let mut metric = Metric::new(PURCHASE, Measure::Count);
        metric.r#where.lines.category = vec!["coffee".to_owned(), "coffe".to_owned()];
        metric.r#where.lines.sku = word("x-1");
        metric.r#where.store = word("Canal St");
        assert_eq!(
            known.unheard(&metric),
            [
                "Nothing that was sent lately names the category “coffe”.",
                "Nothing that was sent lately names the store “Canal St”."
            ],
            "where nothing is known, nothing is said"
        );
    }
}

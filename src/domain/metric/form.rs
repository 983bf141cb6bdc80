//! A metric as staff type it into the fields of a form, and back. A share has no fields: it is rarer, and is
//! written in JSON.

use serde::{Deserialize, Serialize};

use super::{Field, Measure, Metric, Number, PURCHASE, Period, Where, Window};
use crate::domain::{
    form::{Filter, FilterForm, Wrong, words},
    program::day_key,
};

/// Everything that was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricForm {
    /// Kinds of activities, with commas between; empty: purchases.
    pub kinds: String,
    /// `count`, `sum_amount`, `distinct_store`, `streak_week` and so on.
    pub measure: String,
    /// Which one, where an attribute is measured or told apart.
    pub attribute: String,
    /// `lifetime`, a period such as `month`, or `rolling`.
    pub window: String,
    /// How many, of a rolling window.
    pub days: String,
    /// What each value of is counted by itself, such as `store`; empty: nothing is.
    pub by: String,
    /// The first and the last day that count, as browsers write them: 2026-11-23.
    pub first: String,
    pub last: String,
    pub filter: FilterForm,
}

impl Number {
    fn word(&self) -> (&'static str, &str) {
        match self {
            Self::Amount => ("amount", ""),
            Self::Quantity => ("quantity", ""),
            Self::Attribute(name) => ("attribute", name),
        }
    }

    fn of_word(word: &str, attribute: &str) -> Option<Self> {
        Some(match word {
            "amount" => Self::Amount,
            "quantity" => Self::Quantity,
            "attribute" => Self::Attribute(attribute.to_owned()),
            _ => return None,
        })
    }
}

impl Field {
    fn word(&self) -> (&'static str, &str) {
        match self {
            Self::Store => ("store", ""),
            Self::Sku => ("sku", ""),
            Self::Category => ("category", ""),
            Self::Day => ("day", ""),
            Self::Weekday => ("weekday", ""),
            Self::Kind => ("kind", ""),
            Self::Attribute(name) => ("attribute", name),
        }
    }

    fn of_word(word: &str, attribute: &str) -> Option<Self> {
        Some(match word {
            "store" => Self::Store,
            "sku" => Self::Sku,
            "category" => Self::Category,
            "day" => Self::Day,
            "weekday" => Self::Weekday,
            "kind" => Self::Kind,
            "attribute" => Self::Attribute(attribute.to_owned()),
            _ => return None,
        })
    }
}

impl Measure {
    /// What a form calls it, and which attribute it is of. A share is called nothing.
    fn word(&self) -> (String, &str) {
        let (how, (what, attribute)) = match self {
            Self::Count => return ("count".to_owned(), ""),
            Self::Ratio(_) => return (String::new(), ""),
            Self::Sum(number) => ("sum", number.word()),
            Self::Max(number) => ("max", number.word()),
            Self::Distinct(field) => ("distinct", field.word()),
            Self::Streak(period) => ("streak", (period.as_str(), "")),
        };
        (format!("{how}_{what}"), attribute)
    }

    fn of_word(word: &str, attribute: &str) -> Option<Self> {
        match word.split_once('_')? {
            ("sum", what) => Number::of_word(what, attribute).map(Self::Sum),
            ("max", what) => Number::of_word(what, attribute).map(Self::Max),
            ("distinct", what) => Field::of_word(what, attribute).map(Self::Distinct),
            ("streak", what) => Period::of_word(what).map(Self::Streak),
            _ => None,
        }
    }
}

impl MetricForm {
    /// The fields that show a metric, as far as there are fields: whoever asks reads them back to see whether
    /// that is all of it. `digits` are those of the currency.
    #[must_use]
    pub fn of(metric: &Metric, digits: u32) -> Self {
        let Metric { on, r#where: filter, measure, window, by } = metric;
        let Where { amount, quantity, lines, store, weekdays, hours, attributes, from, until } =
            filter.clone();
        let (measure, measured) = measure.word();
        let (by, told_by) = by.as_ref().map(Field::word).unwrap_or_default();
        let (window, days) = match window {
            Window::Lifetime | Window::SinceEnrolment => ("lifetime", String::new()),
            Window::Calendar(period) => (period.as_str(), String::new()),
            Window::RollingDays(days) => ("rolling", days.to_string()),
        };
        let first = from.map(|from| day_key(from.date())).unwrap_or_default();
        let last = until.and_then(|until| until.date().yesterday().ok()).map(day_key).unwrap_or_default();
        Self {
            kinds: if *on == [PURCHASE] { String::new() } else { on.join(", ") },
            measure,
            attribute: if measured.is_empty() { told_by } else { measured }.to_owned(),
            window: window.to_owned(),
            days,
            by: by.to_owned(),
            first,
            last,
            filter: FilterForm::of(
                &Filter { lines, store, amount, quantity, attributes, weekdays, hours },
                digits,
            ),
        }
    }

    /// What was typed; `at` is what the names of the fields begin with, such as `metric][`.
    pub fn read(&self, at: &str, wrong: &mut Wrong) -> Metric {
        let filter = self.filter.read(&format!("{at}filter]["), wrong);
        self.over(filter, at, wrong)
    }

    /// The same over a filter that was read from fields elsewhere.
    pub fn over(&self, filter: Filter, at: &str, wrong: &mut Wrong) -> Metric {
        let kinds = words(&self.kinds);
        let attribute = self.attribute.trim();
        let Filter { lines, store, amount, quantity, attributes, weekdays, hours } = filter;
        let instant = |name: &str, text: &str, wrong: &mut Wrong| {
            let day = (!text.trim().is_empty()).then(|| wrong.day(&format!("{at}{name}"), text));
            day.and_then(|day| if name == "last" { day.tomorrow().ok() } else { Some(day) })
        };
        let from = instant("first", &self.first, wrong).map(|day| day.at(0, 0, 0, 0));
        let until = instant("last", &self.last, wrong).map(|day| day.at(0, 0, 0, 0));
        Metric {
            on: if kinds.is_empty() { vec![PURCHASE.to_owned()] } else { kinds },
            r#where: Where { amount, quantity, lines, store, weekdays, hours, attributes, from, until },
            measure: Measure::of_word(&self.measure, attribute).unwrap_or(Measure::Count),
            window: self.window(at, wrong),
            by: Field::of_word(&self.by, attribute),
        }
    }

    fn window(&self, at: &str, wrong: &mut Wrong) -> Window {
        if self.window == "rolling" {
            let days = wrong.number(&format!("{at}days"), &self.days);
            return Window::RollingDays(i32::try_from(days).unwrap_or(i32::MAX));
        }
        Period::of_word(&self.window).map_or(Window::Lifetime, Window::Calendar)
    }

    /// The field that says what stands at this place of a metric; the place is its JSON pointer, in parts.
    #[must_use]
    pub fn field_of(path: &[&str]) -> String {
        let name = match path {
            [.., "attribute"] => "attribute",
            ["where", "from"] => "first",
            ["where", "until"] => "last",
            ["where", "lines", part, ..] | ["where", part, ..] => {
                return format!("filter][{}", FilterForm::field_of(part));
            }
            ["window", "rolling_days"] => "days",
            ["on" | "where", ..] | [] => "kinds",
            [part, ..] => part,
        };
        name.to_owned()
    }
}

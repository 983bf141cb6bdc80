//! An activity as metrics see it, and what it adds to a counter. What is left of a purchase after a return
//! is an event like any other: what a counter loses is the difference.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::DateTime;

use super::{Counted, Field, Number, PURCHASE, What, Where, period::Ordinals};
use crate::domain::{
    activity::Activity,
    earning::{Lines, schedule::recurs},
    program::day_key,
    purchase::{Line, Purchase},
};

/// The most that one activity adds to a sum.
const MOST: i64 = 1_000_000_000_000;
/// The longest value that a counter is kept under; what is longer is cut.
const LONGEST: usize = 60;

#[derive(Debug, Clone)]
pub struct Event<'a> {
    pub kind: &'a str,
    /// Local to the program.
    pub local: DateTime,
    pub ordinals: Ordinals,
    pub store: Option<&'a str>,
    pub lines: &'a [Line],
    pub amount: i64,
    pub quantity: i64,
    pub attributes: Option<&'a BTreeMap<String, String>>,
}

/// What an activity adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adds<'a> {
    Nothing,
    Plain(i64),
    /// Of one value.
    One(Cow<'a, str>, i64),
    /// By value; no value twice.
    Spread(Vec<(Cow<'a, str>, i64)>),
}

/// What the lines that count add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    amount: i64,
    quantity: i64,
    lines: usize,
}

impl<'a> Event<'a> {
    #[must_use]
    pub fn of_purchase(purchase: &'a Purchase, local: DateTime) -> Self {
        Self {
            kind: PURCHASE,
            local,
            ordinals: Ordinals::of(local.date()),
            store: purchase.store.as_deref(),
            lines: &purchase.lines,
            amount: purchase.amount.0,
            quantity: purchase.quantity(),
            attributes: None,
        }
    }

    #[must_use]
    pub fn of_activity(activity: &'a Activity, local: DateTime) -> Self {
        Self {
            kind: &activity.kind,
            local,
            ordinals: Ordinals::of(local.date()),
            store: activity.store(),
            lines: &[],
            amount: 0,
            quantity: activity.quantity(),
            attributes: Some(&activity.attributes),
        }
    }

    /// The value of a field; of the lines there may be several.
    fn word(&self, field: &Field) -> Option<Cow<'a, str>> {
        let word = match field {
            Field::Store => Cow::Borrowed(self.store?),
            Field::Kind => Cow::Borrowed(self.kind),
            Field::Day => Cow::Owned(day_key(self.local.date())),
            Field::Weekday => Cow::Owned(self.local.weekday().to_monday_one_offset().to_string()),
            Field::Attribute(name) => Cow::Borrowed(self.attributes?.get(name)?.as_str()),
            Field::Sku | Field::Category => return None,
        };
        (!word.is_empty()).then(|| cut(word))
    }

    fn number(&self, number: &Number, sums: Sums) -> i64 {
        match number {
            Number::Amount => sums.amount,
            Number::Quantity => sums.quantity,
            Number::Attribute(name) => {
                let told = self.attributes.and_then(|all| all.get(name));
                told.map_or(0, |text| whole(text))
            }
        }
        .clamp(0, MOST)
    }
}

/// What of a filter has to be looked at: most look at one thing or at nothing, and a filter is large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looks(u8);

impl Looks {
    const STORE: u8 = 1;
    const TIME: u8 = 2;
    const ATTRIBUTES: u8 = 4;
    const SPAN: u8 = 8;
    const LINES: u8 = 16;
    const RANGES: u8 = 32;

    #[must_use]
    pub fn of(filter: &Where) -> Self {
        let looks = [
            (Self::STORE, !filter.store.is_empty()),
            (Self::TIME, !filter.weekdays.is_every() || filter.hours.is_some()),
            (Self::ATTRIBUTES, !filter.attributes.is_empty()),
            (Self::SPAN, filter.from.is_some() || filter.until.is_some()),
            (Self::LINES, !filter.lines.is_any()),
            (Self::RANGES, !filter.amount.is_any() || !filter.quantity.is_any()),
        ];
        Self(looks.into_iter().filter(|(_, looks)| *looks).fold(0, |bits, (bit, _)| bits | bit))
    }

    const fn at(self, bit: u8) -> bool {
        self.0 & bit != 0
    }
}

impl Counted {
    /// What an event adds to these counters. Whoever asks has looked at the kind.
    #[must_use]
    pub fn adds<'a>(&self, event: &Event<'a>) -> Adds<'a> {
        self.adds_by(event, Looks::of(&self.filter))
    }

    /// The same for whoever has found out before what its filter looks at.
    #[must_use]
    pub fn adds_by<'a>(&self, event: &Event<'a>, looks: Looks) -> Adds<'a> {
        let Some(mut sums) = self.filter.sums(event, looks) else { return Adds::Nothing };
        if let Some(part) = &self.part {
            let Some(both) = part.sums_with(&self.filter, event) else { return Adds::Nothing };
            sums = both;
        }
        match &self.spread {
            None => Adds::Plain(self.amount(event, sums)),
            Some(field @ (Field::Sku | Field::Category)) => self.by_line(event, field),
            Some(field) => {
                event.word(field).map_or(Adds::Nothing, |word| Adds::One(word, self.amount(event, sums)))
            }
        }
    }

    fn amount(&self, event: &Event<'_>, sums: Sums) -> i64 {
        match &self.what {
            What::Count => 1,
            What::Sum(number) | What::Max(number) => event.number(number, sums),
        }
    }

    fn by_line<'a>(&self, event: &Event<'a>, field: &Field) -> Adds<'a> {
        let mut found: Vec<(Cow<'a, str>, Sums)> = Vec::new();
        for line in event.lines.iter().filter(|line| is_named(&self.filter.lines, line)) {
            let word = if *field == Field::Sku { line.sku.as_deref() } else { line.category.as_deref() };
            let Some(word) = word.filter(|word| !word.is_empty()) else { continue };
            let word = cut(Cow::Borrowed(word));
            if let Some((_, sums)) = found.iter_mut().find(|(known, _)| *known == word) {
                sums.add(line);
            } else {
                let mut sums = Sums::default();
                sums.add(line);
                found.push((word, sums));
            }
        }
        Adds::Spread(found.into_iter().map(|(word, sums)| (word, self.amount(event, sums))).collect())
    }
}

impl Sums {
    fn add(&mut self, line: &Line) {
        self.amount += line.amount.0;
        self.quantity += line.quantity;
        self.lines += 1;
    }
}

impl Where {
    /// What counts of an event; none: nothing does.
    fn sums(&self, event: &Event<'_>, looks: Looks) -> Option<Sums> {
        self.holds_without_lines(event, looks)
            .then(|| sums(event, |line| is_named(&self.lines, line), !looks.at(Looks::LINES)))?
            .filter(|sums| self.has_enough(*sums, looks))
    }

    /// The same where another filter has to hold for a line too.
    fn sums_with(&self, other: &Self, event: &Event<'_>) -> Option<Sums> {
        let looks = Looks::of(self);
        let counts = |line: &Line| is_named(&self.lines, line) && is_named(&other.lines, line);
        let is_any = self.lines.is_any() && other.lines.is_any();
        self.holds_without_lines(event, looks)
            .then(|| sums(event, counts, is_any))?
            .filter(|sums| self.has_enough(*sums, looks))
    }

    fn has_enough(&self, sums: Sums, looks: Looks) -> bool {
        !looks.at(Looks::RANGES) || self.amount.has(sums.amount) && self.quantity.has(sums.quantity)
    }

    fn holds_without_lines(&self, event: &Event<'_>, looks: Looks) -> bool {
        let here = || event.store.is_some_and(|here| self.store.iter().any(|store| store == here));
        let has = |(name, values): (&String, &Vec<String>)| {
            event.attributes.is_some_and(|all| all.get(name).is_some_and(|value| values.contains(value)))
        };
        (!looks.at(Looks::STORE) || here())
            && (!looks.at(Looks::TIME) || recurs(self.weekdays, self.hours, event.local))
            && (!looks.at(Looks::ATTRIBUTES) || self.attributes.iter().all(has))
            && (!looks.at(Looks::SPAN)
                || self.from.is_none_or(|from| from <= event.local)
                    && self.until.is_none_or(|until| event.local < until))
    }
}

fn sums(event: &Event<'_>, counts: impl Fn(&Line) -> bool, is_any: bool) -> Option<Sums> {
    if is_any {
        return Some(Sums { amount: event.amount, quantity: event.quantity, lines: event.lines.len() });
    }
    let mut sums = Sums::default();
    for line in event.lines.iter().filter(|line| counts(line)) {
        sums.add(line);
    }
    (sums.lines > 0).then_some(sums)
}

fn is_named(names: &Lines, line: &Line) -> bool {
    let is_one = |of: &[String], name: &Option<String>| name.as_ref().is_some_and(|name| of.contains(name));
    (names.sku.is_empty() || is_one(&names.sku, &line.sku))
        && (names.category.is_empty() || is_one(&names.category, &line.category))
        && !is_one(&names.except_sku, &line.sku)
        && !is_one(&names.except_category, &line.category)
}

/// A whole number of an attribute: up to 15 digits; anything else is nothing.
fn whole(text: &str) -> i64 {
    let digits = text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().unwrap_or(0) } else { 0 }
}

/// So many letters of a value are kept.
fn cut(word: Cow<'_, str>) -> Cow<'_, str> {
    match word.char_indices().nth(LONGEST) {
        None => word,
        Some((end, _)) => match word {
            Cow::Borrowed(word) => Cow::Borrowed(&word[..end]),
            Cow::Owned(mut word) => {
                word.truncate(end);
                Cow::Owned(word)
            }
        },
    }
}

//! A rule as staff type it into its form, and back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Birthday, Definition, Effect, Limit, Lines, Most, Period, Range, Stage, Trigger, When, check_rule,
    schedule::{Days, Hours},
};
use crate::domain::{
    catalogue::whole_number,
    points::Money,
    refusal::{FieldError, Refusal},
};

/// How many limits the form has room for, at the least.
const LIMIT_ROWS: usize = 3;
/// A rule can have one of points and one of times for each period.
const MOST_LIMITS: usize = 12;

/// Everything that was typed. Fields are called `form[name]` and so on, wherever they are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleForm {
    /// What all versions are called; empty: a new rule.
    pub rule: String,
    /// The campaign that it belongs to; empty: it stands by itself.
    pub campaign: String,
    pub name: String,
    /// purchase, line or activity.
    pub on: String,
    /// Kinds of activities, with commas between.
    pub kinds: String,
    /// `per_money`, `per_item`, `per_visit`, `fixed`, `multiplier` or `cap`.
    pub effect: String,
    pub points: String,
    /// Money; empty: a whole unit of the currency.
    pub per: String,
    pub percent: String,
    pub cap_per: String,
    /// base or bonus.
    pub stage: String,
    pub amount_min: String,
    pub amount_max: String,
    pub quantity_min: String,
    pub quantity_max: String,
    pub sku: String,
    pub category: String,
    pub except_sku: String,
    pub except_category: String,
    pub store: String,
    /// Words such as `mon`; none: every day.
    pub weekdays: Vec<String>,
    pub hours_from: String,
    pub hours_until: String,
    pub tier: Vec<String>,
    pub tag: String,
    pub first_purchase: String,
    pub birthday_before: String,
    pub birthday_after: String,
    /// A line for each attribute: "material: glass, tin".
    pub attributes: String,
    pub limits: Vec<LimitForm>,
    pub priority: String,
    /// How the program rounds points: one for all rules. Empty: as it is.
    pub rounding: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitForm {
    pub number: String,
    /// points or times.
    pub of: String,
    pub per: String,
}

/// The name that a field of the form has on the page.
#[must_use]
pub fn field(name: &str) -> String {
    format!("form[{name}]")
}

impl RuleForm {
    /// A form for a new rule.
    #[must_use]
    pub fn empty(campaign: &str) -> Self {
        let text = |text: &str| text.to_owned();
        let blank = LimitForm { number: String::new(), of: text("points"), per: text("day") };
        Self {
            campaign: text(campaign),
            on: text("purchase"),
            effect: text("per_money"),
            cap_per: text("day"),
            stage: text("base"),
            limits: vec![blank; LIMIT_ROWS],
            ..Self::default()
        }
    }

    /// The form that shows a rule. `digits` are those of the currency.
    #[must_use]
    pub fn of(rule: &str, campaign: &str, definition: &Definition, digits: u32) -> Self {
        let Definition { name, on, when, effect, limits, priority } = definition;
        let money = |minor: &i64| Money(*minor).decimal(digits);
        let number = |number: &Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let mut form = Self {
            rule: rule.to_owned(),
            name: name.clone(),
            amount_min: when.amount.min.as_ref().map(money).unwrap_or_default(),
            amount_max: when.amount.max.as_ref().map(money).unwrap_or_default(),
            quantity_min: number(&when.quantity.min),
            quantity_max: number(&when.quantity.max),
            sku: when.lines.sku.join(", "),
            category: when.lines.category.join(", "),
            except_sku: when.lines.except_sku.join(", "),
            except_category: when.lines.except_category.join(", "),
            store: when.store.join(", "),
            weekdays: when.weekdays.words().map(str::to_owned).collect(),
            tier: when.tier.clone(),
            tag: when.tag.join(", "),
            first_purchase: if when.first_purchase { "true".to_owned() } else { String::new() },
            priority: if *priority == 0 { String::new() } else { priority.to_string() },
            ..Self::empty(campaign)
        };
        (form.hours_from, form.hours_until) = hours_text(when.hours);
        if let Some(birthday) = when.birthday {
            form.birthday_before = birthday.before.to_string();
            form.birthday_after = birthday.after.to_string();
        }
        let lines = when.attributes.iter().map(|(name, values)| format!("{name}: {}", values.join(", ")));
        form.attributes = lines.collect::<Vec<_>>().join("\n");
        form.show_trigger(on);
        form.show_effect(effect, digits);
        form.show_limits(limits);
        form
    }

    fn show_trigger(&mut self, on: &Trigger) {
        let on_and_kinds = match on {
            Trigger::Purchase => ("purchase", String::new()),
            Trigger::Line => ("line", String::new()),
            Trigger::Activity(kinds) => ("activity", kinds.join(", ")),
        };
        (self.on, self.kinds) = (on_and_kinds.0.to_owned(), on_and_kinds.1);
    }

    fn show_effect(&mut self, effect: &Effect, digits: u32) {
        let (kind, points, stage) = match effect {
            Effect::PerMoney { points, per, stage } => {
                self.per = per.map(|per| Money(per).decimal(digits)).unwrap_or_default();
                ("per_money", Some(points), *stage)
            }
            Effect::PerItem { points, stage } => ("per_item", Some(points), *stage),
            Effect::PerVisit { points, stage } => ("per_visit", Some(points), *stage),
            Effect::Fixed { points, stage } => ("fixed", Some(points), *stage),
            Effect::Multiplier { percent } => {
                self.percent = percent.to_string();
                ("multiplier", None, Stage::Base)
            }
            Effect::Cap { points, per } => {
                per.word().clone_into(&mut self.cap_per);
                ("cap", Some(points), Stage::Base)
            }
        };
        kind.clone_into(&mut self.effect);
        self.points = points.map(ToString::to_string).unwrap_or_default();
        if stage == Stage::Bonus { "bonus" } else { "base" }.clone_into(&mut self.stage);
    }

    fn show_limits(&mut self, limits: &[Limit]) {
        let shown = limits.iter().map(|limit| {
            let (number, of) = match limit.most {
                Most::Points(number) => (number, "points"),
                Most::Times(number) => (number, "times"),
            };
            LimitForm { number: number.to_string(), of: of.to_owned(), per: limit.per.word().to_owned() }
        });
        let shown: Vec<_> = shown.collect();
        self.limits = shown;
        self.make_room();
    }

    /// One row of limits more than is filled, so that there is always room.
    pub fn make_room(&mut self) {
        let filled =
            self.limits.iter().rposition(|limit| !limit.number.is_empty()).map_or(0, |last| last + 1);
        let blank = LimitForm { number: String::new(), of: "points".to_owned(), per: "day".to_owned() };
        self.limits.resize(LIMIT_ROWS.max(filled + 1).min(MOST_LIMITS), blank);
    }

    /// What was typed, if it makes a rule; every field that does not is named.
    pub fn read(&self, digits: u32) -> Result<Definition, Refusal> {
        let mut wrong = Wrong { errors: Vec::new(), digits };
        let definition = Definition {
            name: self.name.trim().to_owned(),
            on: match self.on.as_str() {
                "line" => Trigger::Line,
                "activity" => Trigger::Activity(words(&self.kinds)),
                _ => Trigger::Purchase,
            },
            when: self.when(&mut wrong),
            effect: self.effect(&mut wrong),
            limits: self.limits(&mut wrong),
            priority: wrong
                .optional("priority", &self.priority)
                .map_or(0, |n| i32::try_from(n).unwrap_or(9_999)),
        };
        if wrong.errors.is_empty() {
            let refused = check_rule(&definition).err().map(|refusal| refusal.fields).unwrap_or_default();
            wrong.errors.extend(refused.into_iter().map(placed));
        }
        if wrong.errors.is_empty() { Ok(definition) } else { Err(Refusal::invalid(wrong.errors)) }
    }

    fn effect(&self, wrong: &mut Wrong) -> Effect {
        let stage = if self.stage == "bonus" { Stage::Bonus } else { Stage::Base };
        match self.effect.as_str() {
            "multiplier" => {
                let percent = wrong.number("percent", &self.percent);
                Effect::Multiplier { percent: i32::try_from(percent).unwrap_or(0) }
            }
            "cap" => {
                let per = Period::of_word(&self.cap_per).unwrap_or(Period::Day);
                Effect::Cap { points: wrong.number("points", &self.points), per }
            }
            "per_item" => Effect::PerItem { points: wrong.number("points", &self.points), stage },
            "per_visit" => Effect::PerVisit { points: wrong.number("points", &self.points), stage },
            "fixed" => Effect::Fixed { points: wrong.number("points", &self.points), stage },
            _ => {
                let per = wrong.money("per", &self.per);
                Effect::PerMoney { points: wrong.number("points", &self.points), per, stage }
            }
        }
    }

    fn when(&self, wrong: &mut Wrong) -> When {
        let days = Days::of_words(self.weekdays.iter().map(String::as_str));
        let (before, after) = (
            wrong.optional("birthday_before", &self.birthday_before),
            wrong.optional("birthday_after", &self.birthday_after),
        );
        let small = |days: Option<i64>| days.map_or(0, |days| i16::try_from(days).unwrap_or(-1));
        let birthday = (before.is_some() || after.is_some())
            .then(|| Birthday { before: small(before), after: small(after) });
        When {
            amount: Range {
                min: wrong.money("amount_min", &self.amount_min),
                max: wrong.money("amount_max", &self.amount_max),
            },
            quantity: Range {
                min: wrong.optional("quantity_min", &self.quantity_min),
                max: wrong.optional("quantity_max", &self.quantity_max),
            },
            lines: Lines {
                sku: words(&self.sku),
                category: words(&self.category),
                except_sku: words(&self.except_sku),
                except_category: words(&self.except_category),
            },
            store: words(&self.store),
            weekdays: days.unwrap_or_default(),
            hours: wrong.hours(("hours_from", &self.hours_from), ("hours_until", &self.hours_until)),
            tier: self.tier.iter().filter(|tier| !tier.is_empty()).cloned().collect(),
            tag: words(&self.tag),
            first_purchase: self.first_purchase == "true",
            birthday,
            attributes: self.attributes(wrong),
        }
    }

    fn attributes(&self, wrong: &mut Wrong) -> BTreeMap<String, Vec<String>> {
        let mut read = BTreeMap::new();
        for line in self.attributes.lines().filter(|line| !line.trim().is_empty()) {
            match line.split_once(':') {
                Some((name, values)) => {
                    read.insert(name.trim().to_owned(), words(values));
                }
                None => wrong.say("attributes", "Write each line as “material: glass, tin”"),
            }
        }
        read
    }

    fn limits(&self, wrong: &mut Wrong) -> Vec<Limit> {
        let mut read = Vec::new();
        for (place, row) in self.limits.iter().enumerate() {
            let name = format!("limits][{place}][number");
            let Some(number) = wrong.optional(&name, &row.number) else { continue };
            let most = if row.of == "times" { Most::Times(number) } else { Most::Points(number) };
            read.push(Limit { most, per: Period::of_word(&row.per).unwrap_or(Period::Day) });
        }
        read
    }
}

/// What is wrong with a rule, at the field of the form that says it.
fn placed(error: FieldError) -> FieldError {
    let name = match error.field.as_str() {
        "on.activity" => "kinds",
        "effect.points" => "points",
        "effect.per" => "per",
        "effect.percent" => "percent",
        "when.amount" => "amount_min",
        "when.quantity" => "quantity_min",
        "when.hours" => "hours_from",
        "when.birthday" => "birthday_before",
        "when" => "on",
        "limits" => "limits][0][number",
        other => other.rsplit('.').next().unwrap_or(other),
    };
    FieldError::new(&field(name), error.message)
}

/// Words with commas between.
pub fn words(text: &str) -> Vec<String> {
    let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

pub(super) fn hours_text(hours: Option<Hours>) -> (String, String) {
    let text = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
    hours.map(|hours| (text(hours.from), text(hours.until))).unwrap_or_default()
}

/// Collects what is wrong with the fields.
pub(super) struct Wrong {
    pub errors: Vec<FieldError>,
    pub digits: u32,
}

impl Wrong {
    pub fn say(&mut self, name: &str, message: &str) {
        self.errors.push(FieldError::new(&field(name), message));
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

    fn money(&mut self, name: &str, text: &str) -> Option<i64> {
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

    pub fn hours(&mut self, from: (&str, &str), until: (&str, &str)) -> Option<Hours> {
        if from.1.is_empty() && until.1.is_empty() {
            return None;
        }
        let mut time = |(name, text): (&str, &str)| {
            let read = jiff::civil::Time::strptime("%H:%M", text.trim());
            read.unwrap_or_else(|_| {
                self.say(name, "Give a time, such as 07:30");
                jiff::civil::Time::midnight()
            })
        };
        let hours = Hours { from: time(from), until: time(until) };
        Some(hours)
    }
}

#[cfg(test)]
mod tests;

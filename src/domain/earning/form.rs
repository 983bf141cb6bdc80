//! A rule as staff type it into its form, and back.

use serde::{Deserialize, Serialize};

use super::{Birthday, Definition, Effect, Limit, Most, Period, Stage, Trigger, When, check_rule};
use crate::domain::{
    form::{Filter, FilterForm, Wrong, chosen, field, words},
    points::Money,
    refusal::{FieldError, Refusal},
};

/// How many limits the form has room for, at the least.
const LIMIT_ROWS: usize = 3;
/// What the names of the fields begin with that narrow down what counts.
pub const FILTER: &str = "filter][";
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
    pub filter: FilterForm,
    pub tier: Vec<String>,
    pub tag: String,
    pub first_purchase: String,
    pub birthday_before: String,
    pub birthday_after: String,
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
        let When { amount, quantity, lines, store, weekdays, hours, attributes, .. } = when.clone();
        let filter = Filter { lines, store, amount, quantity, attributes, weekdays, hours };
        let mut form = Self {
            rule: rule.to_owned(),
            name: name.clone(),
            filter: FilterForm::of(&filter, digits),
            tier: when.tier.clone(),
            tag: when.tag.join(", "),
            first_purchase: if when.first_purchase { "true".to_owned() } else { String::new() },
            priority: if *priority == 0 { String::new() } else { priority.to_string() },
            ..Self::empty(campaign)
        };
        if let Some(birthday) = when.birthday {
            form.birthday_before = birthday.before.to_string();
            form.birthday_after = birthday.after.to_string();
        }
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
        let mut wrong = Wrong::new(digits);
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
        wrong.or_refuse(definition)
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
        let Filter { lines, store, amount, quantity, attributes, weekdays, hours } =
            self.filter.read(FILTER, wrong);
        let (before, after) = (
            wrong.optional("birthday_before", &self.birthday_before),
            wrong.optional("birthday_after", &self.birthday_after),
        );
        let small = |days: Option<i64>| days.map_or(0, |days| i16::try_from(days).unwrap_or(-1));
        let birthday = (before.is_some() || after.is_some())
            .then(|| Birthday { before: small(before), after: small(after) });
        When {
            amount,
            quantity,
            lines,
            store,
            weekdays,
            hours,
            tier: chosen(&self.tier),
            tag: words(&self.tag),
            first_purchase: self.first_purchase == "true",
            birthday,
            attributes,
        }
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
        "when.birthday" => "birthday_before",
        "when" => "on",
        "limits" => "limits][0][number",
        other => match other.strip_prefix("when.").map(|part| part.rsplit('.').next().unwrap_or(part)) {
            Some(part) if !["tier", "tag"].contains(&part) => {
                return FieldError::new(
                    &field(&format!("{FILTER}{}", FilterForm::field_of(part))),
                    error.message,
                );
            }
            _ => other.rsplit('.').next().unwrap_or(other),
        },
    };
    FieldError::new(&field(name), error.message)
}

#[cfg(test)]
mod tests;

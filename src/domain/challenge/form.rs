//! A challenge as staff type it into its form, and back.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Challenge, ChallengeRule, Join, Progress, Reward, State, Step, check_challenge};
use crate::domain::{
    badge::{Level, Revoke},
    catalogue::whole_number,
    earning::{
        Audience,
        form::{field, words},
        schedule::Days,
    },
    metric::{Field, Measure, Metric, Number, PURCHASE},
    points::Money,
    refusal::{FieldError, Refusal},
};

/// How many steps the form has room for, at the least.
const STEP_ROWS: usize = 3;

/// What a step measures, and how the form calls it.
const MEASURES: [(&str, Measure); 11] = [
    ("count", Measure::Count),
    ("sum_amount", Measure::Sum(Number::Amount)),
    ("sum_quantity", Measure::Sum(Number::Quantity)),
    ("max_amount", Measure::Max(Number::Amount)),
    ("max_quantity", Measure::Max(Number::Quantity)),
    ("distinct_day", Measure::Distinct(Field::Day)),
    ("distinct_weekday", Measure::Distinct(Field::Weekday)),
    ("distinct_category", Measure::Distinct(Field::Category)),
    ("distinct_sku", Measure::Distinct(Field::Sku)),
    ("distinct_store", Measure::Distinct(Field::Store)),
    ("distinct_kind", Measure::Distinct(Field::Kind)),
];

/// Everything that was typed. Fields are called `form[name]` and so on, wherever they are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChallengeForm {
    pub challenge: String,
    pub name: String,
    pub description: String,
    pub glyph: String,
    /// Days as browsers write them: 2026-11-23. The last one counts.
    pub first: String,
    pub last: String,
    /// `opt_in` or `automatic`.
    pub join: String,
    /// `window` or `enrolment`.
    pub progress: String,
    pub rounds: String,
    /// `points`, `badge` or `voucher`.
    pub reward: String,
    pub points: String,
    /// A badge and its level: "regular bronze".
    pub badge: String,
    pub voucher: String,
    pub revoke: String,
    pub tier: Vec<String>,
    pub tag: String,
    pub steps: Vec<StepForm>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepForm {
    /// Empty: there is no such step.
    pub title: String,
    pub target: String,
    pub measure: String,
    /// Kinds of activities, with commas between; empty: purchases.
    pub kinds: String,
    pub category: String,
    pub sku: String,
    pub store: String,
    pub weekdays: String,
    /// A metric in JSON in place of the fields.
    pub metric: String,
}

impl StepForm {
    fn is_empty(&self) -> bool {
        [&self.title, &self.target, &self.metric].iter().all(|text| text.trim().is_empty())
    }

    /// The form that shows a step.
    fn of(step: &Step, digits: u32) -> Self {
        let metric = &step.metric;
        let filter = &metric.r#where;
        let measure = MEASURES.iter().find(|(_, measure)| *measure == metric.measure);
        let listed = |list: &[String]| list.join(", ");
        let days: Vec<String> =
            serde_json::to_value(filter.weekdays).and_then(serde_json::from_value).unwrap_or_default();
        let kinds = if metric.on == [PURCHASE] { String::new() } else { listed(&metric.on) };
        let simple = Self {
            title: step.title.clone(),
            target: if metric.is_money() {
                Money(step.target).decimal(digits)
            } else {
                step.target.to_string()
            },
            measure: measure.map_or("count", |(name, _)| name).to_owned(),
            kinds,
            category: listed(&filter.lines.category),
            sku: listed(&filter.lines.sku),
            store: listed(&filter.store),
            weekdays: listed(&days),
            metric: String::new(),
        };
        // What the fields have no room for stands there as it is.
        let mut wrong = Wrong { errors: Vec::new(), digits };
        if wrong.step(0, &simple) == *step && wrong.errors.is_empty() {
            return simple;
        }
        Self { metric: serde_json::to_string(metric).unwrap_or_default(), ..simple }
    }
}

impl ChallengeForm {
    /// A form for a new challenge.
    #[must_use]
    pub fn empty(today: Date) -> Self {
        let text = |text: &str| text.to_owned();
        let mut form = Self {
            glyph: text("star"),
            first: today.to_string(),
            last: today.saturating_add(29.days()).to_string(),
            join: text("opt_in"),
            progress: text("window"),
            rounds: text("1"),
            reward: text("points"),
            points: text("100"),
            revoke: text("never"),
            ..Self::default()
        };
        form.make_room();
        form
    }

    /// The form that shows a challenge. `digits` are those of the currency.
    #[must_use]
    pub fn of(challenge: &Challenge, digits: u32) -> Self {
        let rule = &challenge.rule;
        let (reward, points, badge, voucher) = match &rule.reward {
            Reward::Points(points) => ("points", points.to_string(), String::new(), String::new()),
            Reward::Badge { badge, level } => {
                ("badge", String::new(), format!("{badge} {}", level.as_str()), String::new())
            }
            Reward::Voucher(id) => ("voucher", String::new(), String::new(), id.to_string()),
        };
        let mut form = Self {
            challenge: challenge.challenge.clone(),
            name: challenge.name.clone(),
            description: challenge.description.clone(),
            glyph: challenge.glyph.clone(),
            first: rule.from.to_string(),
            last: rule.last_day().to_string(),
            join: if rule.join == Join::Automatic { "automatic" } else { "opt_in" }.to_owned(),
            progress: if rule.progress == Progress::Enrolment { "enrolment" } else { "window" }.to_owned(),
            rounds: rule.rounds.to_string(),
            reward: reward.to_owned(),
            points,
            badge,
            voucher,
            revoke: if rule.revoke.is_never() { "never" } else { "on_reversal" }.to_owned(),
            tier: rule.audience.tier.clone(),
            tag: rule.audience.tag.join(", "),
            steps: rule.steps.iter().map(|step| StepForm::of(step, digits)).collect(),
        };
        form.make_room();
        form
    }

    /// One step more than is filled, so that there is always room.
    pub fn make_room(&mut self) {
        let filled = self.steps.iter().rposition(|step| !step.is_empty()).map_or(0, |last| last + 1);
        self.steps.resize(STEP_ROWS.max(filled + 1).min(10), StepForm::default());
    }

    /// What was typed, if it makes a challenge; every field that does not is named.
    pub fn read(&self, digits: u32) -> Result<Challenge, Refusal> {
        let mut wrong = Wrong { errors: Vec::new(), digits };
        let steps = self.steps.iter().enumerate().filter(|(_, step)| !step.is_empty());
        let rule = ChallengeRule {
            steps: steps.map(|(place, step)| wrong.step(place, step)).collect(),
            from: wrong.day("first", &self.first),
            until: wrong.day("last", &self.last).tomorrow().unwrap_or(Date::MAX),
            join: if self.join == "automatic" { Join::Automatic } else { Join::OptIn },
            progress: if self.progress == "enrolment" { Progress::Enrolment } else { Progress::Window },
            rounds: i32::try_from(wrong.number("rounds", &self.rounds)).unwrap_or(i32::MAX),
            audience: Audience {
                tier: self.tier.iter().filter(|tier| !tier.is_empty()).cloned().collect(),
                tag: words(&self.tag),
            },
            reward: self.reward(&mut wrong),
            revoke: if self.revoke == "on_reversal" { Revoke::OnReversal } else { Revoke::Never },
        };
        let text = |text: &str| text.trim().to_owned();
        let challenge = Challenge {
            challenge: text(&self.challenge),
            version: 1,
            name: text(&self.name),
            description: text(&self.description),
            glyph: text(&self.glyph),
            state: State::Draft,
            rule,
        };
        if wrong.errors.is_empty() {
            let refused = check_challenge(&challenge).err().map(|refusal| refusal.fields).unwrap_or_default();
            wrong.errors.extend(refused.iter().map(placed));
        }
        if wrong.errors.is_empty() { Ok(challenge) } else { Err(Refusal::invalid(wrong.errors)) }
    }

    fn reward(&self, wrong: &mut Wrong) -> Reward {
        match self.reward.as_str() {
            "badge" => {
                let (badge, level) = self.badge.trim().split_once(' ').unwrap_or((&self.badge, ""));
                let level = Level::parse(level).unwrap_or_else(|| {
                    wrong.say("badge", "Choose a badge and its level");
                    Level::Bronze
                });
                Reward::Badge { badge: badge.to_owned(), level }
            }
            "voucher" => {
                let id = self.voucher.trim().parse().unwrap_or_else(|_| {
                    wrong.say("voucher", "Choose a reward of the catalogue");
                    crate::domain::ids::RewardId(uuid::Uuid::nil())
                });
                Reward::Voucher(id)
            }
            _ => Reward::Points(wrong.number("points", &self.points)),
        }
    }
}

/// What is wrong with a challenge, at the field of the form that says it.
pub fn placed(error: &FieldError) -> FieldError {
    let path: Vec<&str> = error.field.trim_start_matches('/').split('/').collect();
    let name = match path.as_slice() {
        ["rule", "steps", place, part, ..] => {
            let part = if ["title", "target"].contains(part) { part } else { "metric" };
            format!("steps][{place}][{part}")
        }
        ["rule", "steps"] => "steps][0][title".to_owned(),
        ["rule", "from"] => "first".to_owned(),
        ["rule", "until"] => "last".to_owned(),
        ["rule", "reward" | "audience", what, ..] => (*what).to_owned(),
        [.., last] => (*last).to_owned(),
        [] => "name".to_owned(),
    };
    FieldError::new(&field(&name), &error.message)
}

/// Collects what is wrong with the fields.
struct Wrong {
    errors: Vec<FieldError>,
    digits: u32,
}

impl Wrong {
    fn say(&mut self, name: &str, message: &str) {
        self.errors.push(FieldError::new(&field(name), message));
    }

    fn number(&mut self, name: &str, text: &str) -> i64 {
        whole_number(text).unwrap_or_else(|| {
            self.say(name, "Give a whole number, such as 3");
            1
        })
    }

    fn day(&mut self, name: &str, text: &str) -> Date {
        text.trim().parse().unwrap_or_else(|_| {
            self.say(name, "Give a day, such as 2026-11-23");
            Date::ZERO
        })
    }

    fn step(&mut self, place: usize, form: &StepForm) -> Step {
        let name = |part: &str| format!("steps][{place}][{part}");
        let metric = if form.metric.trim().is_empty() {
            self.metric(place, form)
        } else {
            serde_json::from_str(&form.metric).unwrap_or_else(|error| {
                self.say(&name("metric"), &format!("This can't be read: {error}"));
                Metric::new(PURCHASE, Measure::Count)
            })
        };
        let target = if metric.is_money() {
            let read = Money::parse(form.target.trim(), self.digits);
            if read.is_none() {
                self.say(&name("target"), "Give an amount, such as 50");
            }
            read.map_or(1, |money| money.0)
        } else {
            self.number(&name("target"), &form.target)
        };
        Step { title: form.title.trim().to_owned(), metric, target }
    }

    fn metric(&mut self, place: usize, form: &StepForm) -> Metric {
        let measure = MEASURES.iter().find(|(name, _)| *name == form.measure);
        let mut metric =
            Metric::new(PURCHASE, measure.map_or(Measure::Count, |(_, measure)| measure.clone()));
        let kinds = words(&form.kinds);
        if !kinds.is_empty() {
            metric.on = kinds;
        }
        let filter = &mut metric.r#where;
        filter.lines.category = words(&form.category);
        filter.lines.sku = words(&form.sku);
        filter.store = words(&form.store);
        let days = words(&form.weekdays.to_lowercase());
        filter.weekdays = Days::of_words(days.iter().map(String::as_str)).unwrap_or_else(|| {
            self.say(&format!("steps][{place}][weekdays"), "Name days as mon, tue, wed, thu, fri, sat, sun");
            Days::default()
        });
        metric
    }
}

#[cfg(test)]
mod tests;

//! A challenge as staff type it into its form, and back.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    Challenge, ChallengeRule, Join, Progress, Reward, State, Step, check::MOST_STEPS, check_challenge,
};
use crate::domain::{
    badge::{Level, Revoke},
    earning::Audience,
    form::{FilterForm, Wrong, chosen, field, typed::too_long, words},
    metric::{Measure, Metric, PURCHASE, form::MetricForm},
    misread::plain,
    points::Money,
    refusal::{FieldError, Refusal},
};

/// How many steps stand open in the form, at the least.
const OPEN_STEPS: usize = 3;

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
        let Self { title, target, measure: _, kinds, category, sku, store, weekdays, metric } = self;
        let typed = [title, target, kinds, category, sku, store, weekdays, metric];
        typed.iter().all(|text| text.trim().is_empty())
    }

    /// The form that shows a step.
    fn of(step: &Step, digits: u32) -> Self {
        let metric = &step.metric;
        let MetricForm { kinds, measure, filter, .. } = MetricForm::of(metric, digits);
        let simple = Self {
            title: step.title.clone(),
            target: if metric.is_money() {
                Money(step.target).decimal(digits)
            } else {
                step.target.to_string()
            },
            measure,
            kinds,
            category: filter.category,
            sku: filter.sku,
            store: filter.store,
            weekdays: filter.weekdays.join(", "),
            metric: String::new(),
        };
        // What the fields have no room for stands there as it is.
        let mut wrong = Wrong::new(digits);
        if read_step(&mut wrong, 0, &simple) == *step && wrong.errors.is_empty() {
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
            revoke: text("on_reversal"),
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

    /// As many steps as there can be: those that are filled, in the places where [`read`](Self::read) names
    /// them, and empty ones.
    pub fn make_room(&mut self) {
        self.steps.retain(|step| !step.is_empty());
        self.steps.resize(MOST_STEPS, StepForm::default());
    }

    /// How many steps are to stand open: one more than is filled.
    #[must_use]
    pub fn open_steps(&self) -> usize {
        OPEN_STEPS.max(self.steps.iter().filter(|step| !step.is_empty()).count() + 1)
    }

    /// What was typed, if it makes a challenge; every field that does not is named.
    pub fn read(&self, digits: u32) -> Result<Challenge, Refusal> {
        let mut wrong = Wrong::new(digits);
        let steps = self.steps.iter().filter(|step| !step.is_empty()).enumerate();
        let rule = ChallengeRule {
            steps: steps.map(|(place, step)| read_step(&mut wrong, place, step)).collect(),
            from: wrong.day("first", &self.first),
            until: wrong.day("last", &self.last).tomorrow().unwrap_or(Date::MAX),
            join: if self.join == "automatic" { Join::Automatic } else { Join::OptIn },
            progress: if self.progress == "enrolment" { Progress::Enrolment } else { Progress::Window },
            rounds: i32::try_from(wrong.number("rounds", &self.rounds)).unwrap_or(i32::MAX),
            audience: Audience { tier: chosen(&self.tier), tag: words(&self.tag) },
            reward: self.reward(&mut wrong),
            revoke: self.revoke(),
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
        let refused = check_challenge(&challenge).err().map(|refusal| refusal.fields).unwrap_or_default();
        // Where something can't be read, nothing more is said of it.
        let days = [field("first"), field("last")];
        let unread: Vec<String> = wrong.errors.iter().map(|error| error.field.clone()).collect();
        let no_days = unread.iter().any(|name| days.contains(name));
        let more = refused
            .iter()
            .map(placed)
            .filter(|error| !(unread.contains(&error.field) || no_days && days.contains(&error.field)));
        wrong.errors.extend(more);
        wrong.or_refuse(challenge)
    }

    /// Vouchers may have been used: they are never taken back, whatever is chosen.
    fn revoke(&self) -> Revoke {
        let taken_back = self.revoke == "on_reversal" && self.reward != "voucher";
        if taken_back { Revoke::OnReversal } else { Revoke::Never }
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

fn read_step(wrong: &mut Wrong, place: usize, form: &StepForm) -> Step {
    let at = format!("steps][{place}][");
    let metric = if form.metric.trim().is_empty() {
        let filter = FilterForm {
            category: form.category.clone(),
            sku: form.sku.clone(),
            store: form.store.clone(),
            weekdays: words(&form.weekdays.to_lowercase()),
            ..FilterForm::default()
        };
        let filter = filter.read(&at, wrong);
        let (kinds, measure) = (form.kinds.clone(), form.measure.clone());
        MetricForm { kinds, measure, ..MetricForm::default() }.over(filter, &at, wrong)
    } else {
        let read = match too_long(&form.metric) {
            Some(how) => Err(how.to_owned()),
            None => serde_json::from_str(&form.metric).map_err(|error| plain(&error.to_string())),
        };
        read.unwrap_or_else(|message| {
            wrong.say(&format!("{at}metric"), &message);
            Metric::new(PURCHASE, Measure::Count)
        })
    };
    let name = format!("{at}target");
    let target = if metric.is_money() { wrong.money(&name, &form.target) } else { None };
    let target = target.unwrap_or_else(|| wrong.number(&name, &form.target));
    Step { title: form.title.trim().to_owned(), metric, target }
}

#[cfg(test)]
mod tests;

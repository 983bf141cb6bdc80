//! A badge as staff type it into its form, and back. What the fields have no room for is JSON, which stands
//! in place of them.

use serde::{Deserialize, Serialize};

use super::{Badge, BadgeRule, Level, LevelThreshold, Need, Revoke, State, Visibility, check::check_alone};
use crate::domain::{
    earning::Audience,
    form::{Wrong, chosen, field, typed::too_long, words},
    metric::{Metric, Period, form::MetricForm},
    misread::plain,
    points::Money,
    refusal::{FieldError, Refusal},
};

/// What the names of the fields of the metric begin with.
pub const METRIC: &str = "metric][";
/// How many other badges the form has room for, at the least.
const NEED_ROWS: usize = 2;
const MOST_NEEDS: usize = 50;

const REVOKES: [(&str, Revoke); 3] =
    [("never", Revoke::Never), ("on_reversal", Revoke::OnReversal), ("while_true", Revoke::WhileTrue)];
const VISIBILITIES: [(&str, Visibility); 3] =
    [("public", Visibility::Public), ("hidden", Visibility::Hidden), ("secret", Visibility::Secret)];

/// Everything that was typed. Fields are called `form[name]` and so on, wherever they are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BadgeForm {
    pub badge: String,
    /// Which version is changed; empty: it is a new badge.
    pub version: String,
    pub name: String,
    pub description: String,
    pub glyph: String,
    /// `metric`, or `badges`: it takes other badges.
    pub wins: String,
    pub metric: MetricForm,
    /// The other badges, each with a level or without: "regular silver".
    pub all_of: Vec<String>,
    /// How much each level asks for; empty: there is no such level.
    pub bronze: String,
    pub silver: String,
    pub gold: String,
    /// Nothing is awarded without these, written like the others.
    pub requires: Vec<String>,
    /// A period such as `month`; empty: once for ever.
    pub repeat: String,
    pub revoke: String,
    pub visibility: String,
    pub tier: Vec<String>,
    pub tag: String,
    /// The rule in JSON in place of the fields; empty: the fields say it.
    pub rule: String,
}

impl BadgeForm {
    /// A form for a new badge.
    #[must_use]
    pub fn empty() -> Self {
        let text = |text: &str| text.to_owned();
        let mut form = Self {
            glyph: text("leaf"),
            wins: text("metric"),
            metric: MetricForm { measure: text("count"), window: text("lifetime"), ..MetricForm::default() },
            bronze: text("10"),
            revoke: text("never"),
            visibility: text("public"),
            ..Self::default()
        };
        form.make_room();
        form
    }

    /// The form that shows a badge. `digits` are those of the currency. The rule is in JSON where the fields
    /// have no room for all of it.
    #[must_use]
    pub fn of(badge: &Badge, digits: u32) -> Self {
        let rule = &badge.rule;
        let is_money = rule.metric.as_ref().is_some_and(Metric::is_money);
        let threshold = |level: Level| {
            let step = rule.levels.iter().find(|step| step.level == level);
            let text = |step: &LevelThreshold| {
                if is_money { Money(step.threshold).decimal(digits) } else { step.threshold.to_string() }
            };
            step.map(text).unwrap_or_default()
        };
        let mut form = Self {
            badge: badge.badge.clone(),
            name: badge.name.clone(),
            description: badge.description.clone(),
            glyph: badge.glyph.clone(),
            wins: if rule.metric.is_some() { "metric" } else { "badges" }.to_owned(),
            all_of: rule.all_of.iter().map(need_text).collect(),
            bronze: threshold(Level::Bronze),
            silver: threshold(Level::Silver),
            gold: threshold(Level::Gold),
            requires: rule.requires.iter().map(need_text).collect(),
            repeat: rule.repeat.map_or("", Period::as_str).to_owned(),
            revoke: word_of(&REVOKES, rule.revoke).to_owned(),
            visibility: word_of(&VISIBILITIES, rule.visibility).to_owned(),
            tier: rule.audience.tier.clone(),
            tag: rule.audience.tag.join(", "),
            ..Self::empty()
        };
        if let Some(metric) = &rule.metric {
            form.metric = MetricForm::of(metric, digits);
        }
        form.make_room();
        let mut wrong = Wrong::new(digits);
        if form.read_rule(&mut wrong) != *rule || !wrong.errors.is_empty() {
            form.rule = serde_json::to_string_pretty(rule).unwrap_or_default();
        }
        form
    }

    /// Room for one badge more than is chosen.
    pub fn make_room(&mut self) {
        for rows in [&mut self.all_of, &mut self.requires] {
            let filled = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
            rows.resize(NEED_ROWS.max(filled + 1).min(MOST_NEEDS), String::new());
        }
    }

    /// What was typed into the fields, if it makes a badge; every field that does not is named. Whether the
    /// other badges are there is for those to say who know them.
    pub fn read(&self, digits: u32) -> Result<Badge, Refusal> {
        let (badge, unread) = self.typed(digits);
        let told = self.told(unread, &check_alone(&badge));
        if told.is_empty() { Ok(badge) } else { Err(Refusal::invalid(told)) }
    }

    /// What was typed into the fields, whatever it means, and what of it can't be read.
    #[must_use]
    pub fn typed(&self, digits: u32) -> (Badge, Vec<FieldError>) {
        let mut wrong = Wrong::new(digits);
        let badge = self.with(self.read_rule(&mut wrong));
        (badge, wrong.errors)
    }

    /// Everything at the fields of the form: what can't be read, and what is wrong with the badge. Where
    /// something can't be read, nothing more is said of it and of what is judged with it.
    #[must_use]
    pub fn told(&self, mut unread: Vec<FieldError>, wrong: &[FieldError]) -> Vec<FieldError> {
        let silent: Vec<String> = unread.iter().map(|error| together(&error.field).to_owned()).collect();
        let more = wrong.iter().map(|error| self.placed(error));
        unread.extend(more.filter(|error| !silent.iter().any(|one| *one == together(&error.field))));
        unread
    }

    /// The rule that was typed, in fields or as JSON, if it makes sense. The badge may have no name yet.
    pub fn sound_rule(&self, digits: u32) -> Result<BadgeRule, Refusal> {
        let mut wrong = Wrong::new(digits);
        let rule = if self.rule.trim().is_empty() {
            self.read_rule(&mut wrong)
        } else {
            if let Some(how) = too_long(&self.rule) {
                return Err(FieldError::new(&field("rule"), how).into());
            }
            let read = serde_json::from_str(&self.rule);
            read.map_err(|error| {
                let message = format!("{}, in line {}", plain(&error.to_string()), error.line());
                Refusal::invalid(vec![FieldError::new(&field("rule"), message)])
            })?
        };
        let badge = self.with(rule);
        if wrong.errors.is_empty() {
            let found = check_alone(&badge);
            let of_rule = found.iter().filter(|error| error.field.starts_with("/rule"));
            wrong.errors.extend(of_rule.map(|error| self.placed(error)));
        }
        wrong.or_refuse(badge.rule)
    }

    /// The rule that was typed into the fields, whatever it means.
    pub fn rule(&self, digits: u32) -> Result<BadgeRule, Refusal> {
        let mut wrong = Wrong::new(digits);
        let rule = self.read_rule(&mut wrong);
        wrong.or_refuse(rule)
    }

    /// The badge that was typed around this rule.
    #[must_use]
    pub fn with(&self, rule: BadgeRule) -> Badge {
        let [badge, name, description, glyph] =
            [&self.badge, &self.name, &self.description, &self.glyph].map(|text| text.trim().to_owned());
        Badge { badge, version: 1, name, description, glyph, state: State::Live, rule }
    }

    fn read_rule(&self, wrong: &mut Wrong) -> BadgeRule {
        let needs = |rows: &[String]| chosen(rows).iter().map(|row| need(row)).collect();
        let (metric, all_of) = match self.wins.as_str() {
            "badges" => (None, needs(&self.all_of)),
            _ => (Some(self.metric.read(METRIC, wrong)), Vec::new()),
        };
        let is_money = metric.as_ref().is_some_and(Metric::is_money);
        let levels = self.steps().into_iter().filter_map(|(level, text)| {
            let read = if is_money {
                wrong.money(level.as_str(), text)
            } else {
                wrong.optional(level.as_str(), text)
            };
            read.map(|threshold| LevelThreshold { level, threshold })
        });
        BadgeRule {
            levels: levels.collect(),
            metric,
            all_of,
            requires: needs(&self.requires),
            repeat: Period::of_word(&self.repeat),
            revoke: of_word(&REVOKES, &self.revoke),
            visibility: of_word(&VISIBILITIES, &self.visibility),
            audience: Audience { tier: chosen(&self.tier), tag: words(&self.tag) },
        }
    }

    const fn steps(&self) -> [(Level, &String); 3] {
        [(Level::Bronze, &self.bronze), (Level::Silver, &self.silver), (Level::Gold, &self.gold)]
    }

    /// What is wrong with a badge, at the field of the form that says it.
    #[must_use]
    pub fn placed(&self, error: &FieldError) -> FieldError {
        let path: Vec<&str> = error.field.trim_start_matches('/').split('/').collect();
        if let (["rule", ..], false) = (path.as_slice(), self.rule.is_empty()) {
            let at = if path == ["rule"] { String::new() } else { format!("{}: ", error.field) };
            return FieldError::new(&field("rule"), format!("{at}{}", error.message));
        }
        let name = match path.as_slice() {
            ["rule", "metric", within @ ..] if self.wins != "badges" => {
                format!("{METRIC}{}", MetricForm::field_of(within))
            }
            ["rule", "metric", ..] => "all_of][0".to_owned(),
            ["rule", "levels", place, ..] => {
                let typed = self.steps().into_iter().filter(|(_, text)| !text.trim().is_empty());
                let level = place.parse().ok().and_then(|place| typed.map(|(level, _)| level).nth(place));
                level.unwrap_or(Level::Bronze).as_str().to_owned()
            }
            ["rule", "levels"] => "bronze".to_owned(),
            ["rule", "all_of", within @ ..] => row("all_of", &self.all_of, within),
            ["rule", "requires", within @ ..] => row("requires", &self.requires, within),
            ["rule", "audience", part, ..] | ["rule", part, ..] => (*part).to_owned(),
            [.., last] => (*last).to_owned(),
            [] => "badge".to_owned(),
        };
        FieldError::new(&field(&name), &error.message)
    }
}

/// Fields that are judged together: the levels, and the two ends of a range.
fn together(field: &str) -> &str {
    let name = field.strip_suffix(']').and_then(|name| name.rsplit('[').next());
    match name.unwrap_or_default() {
        "bronze" | "silver" | "gold" => "levels",
        "first" | "last" => "days",
        "amount_min" | "amount_max" => "amount",
        "quantity_min" | "quantity_max" => "quantity",
        "hours_from" | "hours_until" => "hours",
        _ => field,
    }
}

/// The row of the form in which one of several badges was chosen.
fn row(name: &str, rows: &[String], within: &[&str]) -> String {
    let place = within.first().and_then(|place| place.parse().ok()).unwrap_or(0);
    let filled = rows.iter().enumerate().filter(|(_, row)| !row.is_empty()).nth(place);
    format!("{name}][{}", filled.map_or(0, |(row, _)| row))
}

/// Another badge as the form writes it: "regular silver".
#[must_use]
pub fn need_text(need: &Need) -> String {
    need.level.map_or_else(|| need.badge.clone(), |level| format!("{} {}", need.badge, level.as_str()))
}

fn need(text: &str) -> Need {
    let (badge, level) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    Need { badge: badge.to_owned(), level: Level::parse(level.trim()) }
}

fn word_of<T: Copy + PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

fn of_word<T: Copy + Default>(words: &[(&'static str, T)], word: &str) -> T {
    words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value).unwrap_or_default()
}

#[cfg(test)]
mod tests;

//! Badges: a rule is data. What is measured and the thresholds of the levels; or which other badges it takes.

mod check;
pub mod example;
pub mod form;
mod game;
mod library;
mod play;
pub mod words;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    check::{MOST_BADGES, check_alone, check_badge, circle},
    game::{Counter, Game, Member, Verdict},
    library::{Ready, library},
    play::Play,
};
use crate::domain::{
    earning::Audience,
    metric::{Metric, Period},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    pub badge: String,
    pub version: i32,
    pub name: String,
    pub description: String,
    pub glyph: String,
    pub state: State,
    pub rule: BadgeRule,
}

/// How far a badge is in being live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// What was before it is still being counted: nothing is awarded yet.
    Counting,
    /// What was reached before it is being awarded: only what is reached now is awarded beside that.
    Awarding,
    Live,
    Retired,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BadgeRule {
    /// What is measured, in the unit of the thresholds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// In place of a metric: how many of these badges the member has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub all_of: Vec<Need>,
    /// Ascending.
    pub levels: Vec<LevelThreshold>,
    /// Nothing is awarded without these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Need>,
    /// Can be had again in each of these periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Period>,
    #[serde(default, skip_serializing_if = "Revoke::is_never")]
    pub revoke: Revoke,
    #[serde(default, skip_serializing_if = "Visibility::is_public")]
    pub visibility: Visibility,
    /// Who can have it, judged when it is awarded.
    #[serde(default, skip_serializing_if = "Audience::is_all")]
    pub audience: Audience,
}

/// Another badge, at a level or above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    pub badge: String,
    /// Without it, any level does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// When an award is taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revoke {
    #[default]
    Never,
    /// When a return takes away what it was given for.
    OnReversal,
    /// As soon as it does not hold any more, whatever the reason.
    WhileTrue,
}

/// Who sees a badge that they do not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    #[default]
    Public,
    /// Everybody sees that there is one, and not which.
    Hidden,
    /// Nobody knows of it.
    Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Bronze,
    Silver,
    Gold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelThreshold {
    pub level: Level,
    pub threshold: i64,
}

/// An award that a member has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Held {
    pub badge: String,
    pub level: Level,
    /// Of a badge that repeats; empty: once for ever.
    pub period: String,
}

/// An award with its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    pub badge: String,
    pub level: Level,
    pub period: String,
    pub awarded_at: Timestamp,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Bronze, Self::Silver, Self::Gold];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bronze => "bronze",
            Self::Silver => "silver",
            Self::Gold => "gold",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

impl State {
    pub const ALL: [Self; 4] = [Self::Counting, Self::Awarding, Self::Live, Self::Retired];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counting => "counting",
            Self::Awarding => "awarding",
            Self::Live => "live",
            Self::Retired => "retired",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl Revoke {
    #[must_use]
    pub const fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }
}

impl Visibility {
    #[must_use]
    pub const fn is_public(&self) -> bool {
        matches!(self, Self::Public)
    }
}

impl BadgeRule {
    /// A metric with thresholds for bronze, silver and gold, as many as there are.
    #[must_use]
    pub fn new(metric: Metric, thresholds: &[i64]) -> Self {
        let levels = Level::ALL.into_iter().zip(thresholds);
        let levels = levels.map(|(level, threshold)| LevelThreshold { level, threshold: *threshold });
        Self { metric: Some(metric), levels: levels.collect(), ..Self::default() }
    }

    /// The levels that some progress has reached.
    pub fn reached(&self, progress: i64) -> impl Iterator<Item = Level> + '_ {
        self.levels.iter().filter(move |step| step.threshold <= progress).map(|step| step.level)
    }

    /// The most that any level asks for.
    #[must_use]
    pub fn most(&self) -> i64 {
        self.levels.iter().map(|step| step.threshold).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;

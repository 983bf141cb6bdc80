//! Challenges: goals with steps between two local days. What a step measures is a metric like that of badges;
//! what is counted begins on a day of the member's own, and anew with every round.

mod check;
pub mod form;
mod library;
mod play;

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

pub use self::{
    check::check_challenge,
    library::{Ready, library},
    play::{Compiled, Completion, Entries, Entry, Past, completions},
};
use crate::domain::{
    badge::{Level, Revoke},
    earning::Audience,
    ids::RewardId,
    metric::{Metric, Window},
};

/// What was done in time and is told late counts for this many days after the end.
pub const GRACE_DAYS: i32 = 7;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    pub challenge: String,
    /// Goes up with every change of the draft; what is live does not change any more.
    pub version: i32,
    pub name: String,
    pub description: String,
    pub glyph: String,
    pub state: State,
    pub rule: ChallengeRule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Only staff see it.
    Draft,
    /// What was before it is still being counted: nothing is completed yet.
    Counting,
    Live,
    Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRule {
    /// All of them complete it.
    pub steps: Vec<Step>,
    /// Local days: from this one on, and until before that one.
    pub from: Date,
    pub until: Date,
    #[serde(default)]
    pub join: Join,
    #[serde(default)]
    pub progress: Progress,
    /// How often it can be completed; each round begins with nothing.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub rounds: i32,
    #[serde(default, skip_serializing_if = "Audience::is_all")]
    pub audience: Audience,
    pub reward: Reward,
    #[serde(default, skip_serializing_if = "Revoke::is_never")]
    pub revoke: Revoke,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What members read: "Three visits".
    pub title: String,
    pub metric: Metric,
    pub target: i64,
}

/// Who takes part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Whoever joins.
    #[default]
    OptIn,
    /// Everybody.
    Automatic,
}

/// From when on things count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// From the first day of the challenge, whenever the member joined.
    #[default]
    Window,
    /// From the local day on which the member joined; all of that day counts.
    Enrolment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reward {
    Points(i64),
    Badge {
        badge: String,
        level: Level,
    },
    /// A reward of the catalogue, free of points.
    Voucher(RewardId),
}

const fn one() -> i32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_one(rounds: &i32) -> bool {
    *rounds == 1
}

impl State {
    pub const ALL: [Self; 4] = [Self::Draft, Self::Counting, Self::Live, Self::Ended];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Counting => "counting",
            Self::Live => "live",
            Self::Ended => "ended",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether activities are counted for it.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Counting | Self::Live)
    }
}

impl ChallengeRule {
    /// Whether things that happen on a day can count.
    #[must_use]
    pub fn has(&self, day: Date) -> bool {
        self.from <= day && day < self.until
    }

    /// The last day on which something counts.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.until.yesterday().unwrap_or(self.until)
    }

    /// From this local day on, nothing that is told late counts any more.
    #[must_use]
    pub fn closes(&self) -> Date {
        self.until.saturating_add(GRACE_DAYS.days())
    }

    /// What a step measures: by day, and between the days of the challenge only.
    #[must_use]
    pub fn measured(&self, step: &Step) -> Metric {
        let mut metric = step.metric.clone();
        let (from, until) = (self.from.at(0, 0, 0, 0), self.until.at(0, 0, 0, 0));
        metric.r#where.from = Some(metric.r#where.from.map_or(from, |own| own.max(from)));
        metric.r#where.until = Some(metric.r#where.until.map_or(until, |own| own.min(until)));
        metric.window = Window::SinceEnrolment;
        metric
    }
}

#[cfg(test)]
mod tests;

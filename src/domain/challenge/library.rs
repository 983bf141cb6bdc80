//! Challenges that are ready: a shop takes over those that it likes, as they are or after a change.

use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

use super::{Challenge, ChallengeRule, Join, Progress, Reward, State, Step};
use crate::domain::{
    badge::Revoke,
    earning::Audience,
    metric::{Measure, Number},
};

/// The library, as data; targets of money are in whole units of the currency.
const LIBRARY: &str = include_str!("library.json");

/// A challenge that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// What it goes with: "Habits".
    pub group: String,
    pub challenge: Challenge,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    group: String,
    challenge: String,
    name: String,
    description: String,
    glyph: String,
    days: i32,
    #[serde(default)]
    join: Join,
    #[serde(default)]
    progress: Progress,
    #[serde(default)]
    rounds: Option<i32>,
    points: i64,
    steps: Vec<Step>,
}

/// All challenges that are ready, for a currency with so many decimals, beginning on a day.
#[must_use]
pub fn library(digits: u32, from: Date) -> Vec<Ready> {
    let entries: Vec<Entry> = serde_json::from_str(LIBRARY).unwrap_or_default();
    let ready = |entry: Entry| {
        let Entry { group, challenge, name, description, glyph, days, join, progress, .. } = entry;
        let mut steps = entry.steps;
        let money = |step: &&mut Step| {
            matches!(step.metric.measure, Measure::Sum(Number::Amount) | Measure::Max(Number::Amount))
        };
        steps.iter_mut().filter(money).for_each(|step| step.target *= 10_i64.pow(digits));
        let rule = ChallengeRule {
            steps,
            from,
            until: from.saturating_add(days.days()),
            join,
            progress,
            rounds: entry.rounds.unwrap_or(1),
            audience: Audience::default(),
            reward: Reward::Points(entry.points),
            revoke: Revoke::Never,
        };
        let state = State::Draft;
        Ready { group, challenge: Challenge { challenge, version: 1, name, description, glyph, state, rule } }
    };
    entries.into_iter().map(ready).collect()
}

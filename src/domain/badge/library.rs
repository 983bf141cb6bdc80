//! Badges that are ready: a shop switches on those that it likes, as they are or after a change.

use serde::Deserialize;

use super::{Badge, BadgeRule, State};

/// The library, as data; thresholds of money are in whole units of the currency.
const LIBRARY: &str = include_str!("library.json");

/// A badge that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// What it goes with: "Habits".
    pub group: String,
    pub badge: Badge,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    group: String,
    #[serde(default)]
    money: bool,
    badge: String,
    name: String,
    description: String,
    glyph: String,
    rule: BadgeRule,
}

/// All badges that are ready, for a currency with so many decimals.
#[must_use]
pub fn library(digits: u32) -> Vec<Ready> {
    let entries: Vec<Entry> = serde_json::from_str(LIBRARY).unwrap_or_default();
    let ready = |entry: Entry| {
        let Entry { group, money, badge, name, description, glyph, mut rule } = entry;
        if money {
            rule.levels.iter_mut().for_each(|step| step.threshold *= 10_i64.pow(digits));
        }
        Ready {
            group,
            badge: Badge { badge, version: 1, name, description, glyph, state: State::Live, rule },
        }
    };
    entries.into_iter().map(ready).collect()
}

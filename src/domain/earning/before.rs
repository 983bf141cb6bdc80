//! Traces from before rules had numbers: entries are for ever, so their explanations stay readable, and
//! print as they did, because the chain of hashes covers them.

use serde::{Deserialize, Serialize};

use super::{Facts, Step, Trace, Why};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum StepBefore {
    Base { rule: String, version: i32, per_unit: i64, micro: i64 },
    Tier { tier: String, name: String, percent: i32, micro: i64 },
    Campaign { campaign: String, version: i32, name: String, percent: i32, micro: i64 },
    Round { micro: i64 },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedBefore {
    pub rule: String,
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub version: i32,
    pub why: Why,
}

impl StepBefore {
    #[must_use]
    pub const fn micro(&self) -> i64 {
        match self {
            Self::Base { micro, .. }
            | Self::Tier { micro, .. }
            | Self::Campaign { micro, .. }
            | Self::Round { micro } => *micro,
        }
    }

    /// The name of the tier that multiplied.
    #[must_use]
    pub fn tier_of(step: &Step) -> Option<&str> {
        match step {
            Step::Before(Self::Tier { name, .. }) => Some(name),
            _ => None,
        }
    }
}

/// The facts of a trace that kept none, as far as its steps tell them.
#[must_use]
pub fn facts(trace: &Trace) -> Facts {
    let tier = trace.steps.iter().find_map(|step| match step {
        Step::Before(StepBefore::Tier { tier, percent, .. }) => Some((tier.clone(), *percent)),
        _ => None,
    });
    Facts { tier, ..Facts::default() }
}

/// The rules and campaigns that such a trace names, with their versions.
pub fn names(trace: &Trace) -> impl Iterator<Item = (&str, i32)> {
    let fired = trace.steps.iter().filter_map(|step| match step {
        Step::Before(StepBefore::Base { rule, version, .. }) => Some((rule.as_str(), *version)),
        Step::Before(StepBefore::Campaign { campaign, version, .. }) => Some((campaign.as_str(), *version)),
        _ => None,
    });
    fired.chain(trace.skipped.iter().map(|skipped| (skipped.rule.as_str(), skipped.version)))
}

const fn first() -> i32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_first(version: &i32) -> bool {
    *version == 1
}

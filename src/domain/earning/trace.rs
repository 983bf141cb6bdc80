//! The explanation of one evaluation: which rule versions fired, with numbers, and which did not and why.
//! Every ledger entry of an accrual keeps one, so it is written in few bytes.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{
    Facts, MICRO, Rounding,
    before::{SkippedBefore, StepBefore},
};
use crate::domain::{badge::Level, tier::Tier};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The eligible amount, minor units.
    pub amount: i64,
    pub steps: Vec<Step>,
    /// Of traces from before rules had numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedBefore>,
    /// The rules that were looked at and did not count.
    #[serde(rename = "x", default, skip_serializing_if = "Missed::is_empty")]
    pub missed: Missed,
    pub points: i64,
    /// What the rules were told about the member and the moment.
    #[serde(rename = "f", default, skip_serializing_if = "Facts::is_usual")]
    pub facts: Facts,
    #[serde(rename = "o", default, skip_serializing_if = "is_half_up")]
    pub rounding: Rounding,
    /// What else the answer told, so that a document that is sent again gets the same answer: the name of the
    /// tier afterwards, and the badges that were awarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<(String, Level)>,
}

/// One step of the arithmetic; `micro` is what it added, in millionths of a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// A rule gave.
    Rule {
        #[serde(rename = "r")]
        rule_no: i32,
        #[serde(rename = "m")]
        micro: i64,
        /// How much money (minor units) or how many things it counted, where that is not the whole amount.
        #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
        counted: Option<i64>,
    },
    /// The member's tier gave.
    Tier {
        #[serde(rename = "t")]
        percent: i32,
        #[serde(rename = "m")]
        micro: i64,
    },
    /// A limit of the rule, or the rule that is a cap, took away.
    Cap {
        #[serde(rename = "c")]
        rule_no: i32,
        /// The period of the limit.
        #[serde(rename = "k")]
        per: Per,
        #[serde(rename = "m")]
        micro: i64,
    },
    /// The campaign's budget had no more.
    Budget {
        #[serde(rename = "b")]
        campaign_no: i32,
        #[serde(rename = "m")]
        micro: i64,
    },
    /// From before rules had numbers.
    Before(StepBefore),
}

pub type Per = super::Period;

/// Why a rule that was live did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    NotYet,
    Over,
    Schedule,
    Audience,
    Amount,
    Quantity,
    Lines,
    Store,
    Weekday,
    Hours,
    Tier,
    Tag,
    FirstPurchase,
    Birthday,
    Attributes,
    /// A limit was used up before.
    Limit,
    Budget,
    /// Another campaign counted in its place.
    Stacking,
    /// A cap that had nothing to take.
    NotNeeded,
}

const LETTERS: [(Why, char); 17] = [
    (Why::Schedule, 's'),
    (Why::Audience, 'a'),
    (Why::Amount, 'm'),
    (Why::Quantity, 'q'),
    (Why::Lines, 'l'),
    (Why::Store, 'p'),
    (Why::Weekday, 'w'),
    (Why::Hours, 'h'),
    (Why::Tier, 't'),
    (Why::Tag, 'g'),
    (Why::FirstPurchase, 'f'),
    (Why::Birthday, 'b'),
    (Why::Attributes, 'v'),
    (Why::Limit, 'x'),
    (Why::Budget, 'u'),
    (Why::Stacking, 'k'),
    (Why::NotNeeded, 'n'),
];

/// Rule numbers, each with why: kept as "3w5t".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missed(pub Vec<(i32, Why)>);

impl Missed {
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Missed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use std::fmt::Write;
        let mut text = String::with_capacity(self.0.len() * 4);
        for (rule_no, why) in &self.0 {
            let letter = LETTERS.iter().find(|(known, _)| known == why).map_or('s', |(_, letter)| *letter);
            let _ = write!(text, "{rule_no}{letter}");
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Missed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let unreadable = || D::Error::custom(format!("not rules with letters: {text}"));
        let mut missed = Vec::new();
        for part in text.split_inclusive(|c: char| c.is_ascii_lowercase()) {
            let (number, letter) = part.split_at(part.len() - 1);
            let why = LETTERS.iter().find(|(_, known)| letter.starts_with(*known));
            let (Ok(number), Some((why, _))) = (number.parse(), why) else { return Err(unreadable()) };
            missed.push((number, *why));
        }
        Ok(Self(missed))
    }
}

impl Step {
    #[must_use]
    pub const fn micro(&self) -> i64 {
        match self {
            Self::Rule { micro, .. }
            | Self::Tier { micro, .. }
            | Self::Cap { micro, .. }
            | Self::Budget { micro, .. } => *micro,
            Self::Before(before) => before.micro(),
        }
    }
}

impl Trace {
    /// What the one rounding at the end added or took, in millionths of a point.
    #[must_use]
    pub fn rounded(&self) -> i64 {
        let sum: i128 = self.steps.iter().map(|step| i128::from(step.micro())).sum();
        super::clamp(i128::from(self.points) * MICRO - sum)
    }

    /// Keeps what the answer tells besides the points.
    pub fn tell(&mut self, tier: Option<&Tier>, awards: impl Iterator<Item = (String, Level)>) {
        self.awards = awards.collect();
        self.tier = tier.map(|tier| tier.name.clone());
    }

    /// The name of the tier afterwards.
    #[must_use]
    pub fn tier_after(&self) -> Option<&str> {
        self.tier.as_deref().or_else(|| self.steps.iter().find_map(StepBefore::tier_of))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_half_up(rounding: &Rounding) -> bool {
    matches!(rounding, Rounding::HalfUp)
}

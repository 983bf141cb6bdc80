//! What a rule is, and what a campaign is: plain data, as it is stored. A version that was live never
//! changes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::schedule::{Days, Hours, Schedule};
use crate::domain::badge::Member;

/// One version of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What traces call this version.
    pub rule_no: i32,
    /// What all its versions are called.
    pub rule: String,
    pub version: i32,
    /// The version of the campaign that it belongs to; none: it stands by itself.
    pub campaign_no: Option<i32>,
    pub live_from: Timestamp,
    pub live_until: Option<Timestamp>,
    pub definition: Definition,
}

/// One version of a campaign: a schedule, an audience, a budget and how it goes together with others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub campaign_no: i32,
    pub campaign: String,
    pub version: i32,
    pub live_from: Timestamp,
    pub live_until: Option<Timestamp>,
    pub settings: Settings,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// As members read it.
    pub name: String,
    #[serde(default)]
    pub on: Trigger,
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub when: When,
    pub effect: Effect,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
    /// The higher comes first where order matters: caps after one another.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
}

/// What a rule looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A purchase as a whole.
    #[default]
    Purchase,
    /// Each line of a purchase by itself.
    Line,
    /// Anything else that a member did, by its kind.
    Activity(Vec<String>),
}

/// All of it must hold; of a list, one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// The eligible amount of the lines that count, minor units.
    #[serde(skip_serializing_if = "Range::is_any")]
    pub amount: Range,
    /// How many things these lines have.
    #[serde(skip_serializing_if = "Range::is_any")]
    pub quantity: Range,
    /// Only these lines count, and at least one must be there.
    #[serde(skip_serializing_if = "Lines::is_any")]
    pub lines: Lines,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub store: Vec<String>,
    #[serde(skip_serializing_if = "Days::is_every")]
    pub weekdays: Days,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tier: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub first_purchase: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
    /// Attributes of an activity, each with the values that do.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Vec<String>>,
}

/// Both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Range {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lines {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sku: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except_sku: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except_category: Vec<String>,
}

/// Days around a birthday; 0 and 0 is the day itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Birthday {
    pub before: i16,
    pub after: i16,
}

/// What a rule gives. Points are whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Points for each `per` minor units of the eligible amount, parts included; without `per`, for each
    /// whole unit of the currency.
    PerMoney {
        points: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per: Option<i64>,
        #[serde(default, skip_serializing_if = "Stage::is_base")]
        stage: Stage,
    },
    /// Points for each thing.
    PerItem {
        points: i64,
        #[serde(default, skip_serializing_if = "Stage::is_base")]
        stage: Stage,
    },
    /// Points once a local day, however often the member comes.
    PerVisit {
        points: i64,
        #[serde(default, skip_serializing_if = "Stage::is_base")]
        stage: Stage,
    },
    /// Points once for the document, or once for each line that counts.
    Fixed {
        points: i64,
        #[serde(default, skip_serializing_if = "Stage::is_base")]
        stage: Stage,
    },
    /// 200 means double: what is above 100 is added to the base, so that multipliers never multiply each
    /// other.
    Multiplier { percent: i32 },
    /// No more than this in all.
    Cap { points: i64, per: Period },
}

/// What is base is multiplied; a bonus is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Base,
    Bonus,
}

/// What one rule may give at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Most {
    Points(i64),
    Times(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    #[serde(flatten)]
    pub most: Most,
    pub per: Period,
}

/// Per document, or per member and local period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Purchase,
    Day,
    Week,
    Month,
    Year,
    Ever,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// As members read it.
    pub name: String,
    #[serde(default)]
    pub schedule: Schedule,
    #[serde(default, skip_serializing_if = "Audience::is_all")]
    pub audience: Audience,
    /// Whole points that the campaign gives at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<i64>,
    #[serde(default)]
    pub stacking: Stacking,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
}

/// For whom: one of the tiers and one of the tags; none means everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audience {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tier: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<String>,
}

/// How a campaign goes together with others that run at the same time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// What it gives is added.
    #[default]
    Add,
    /// Of all that say so, the one that gives most counts.
    Best,
    /// When it counts, no other campaign does.
    Exclusive,
}

/// How what was computed becomes whole points, once, at the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest, halves up.
    #[default]
    HalfUp,
    Down,
    Up,
}

impl Rounding {
    /// Each with its word and what staff read.
    pub const ALL: [(Self, &str, &str); 3] = [
        (Self::HalfUp, "half_up", "To the nearest, halves up"),
        (Self::Down, "down", "Down"),
        (Self::Up, "up", "Up"),
    ];

    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(one, ..)| *one == self).map_or("half_up", |(_, word, _)| *word)
    }

    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map(|(one, ..)| *one)
    }
}

impl Period {
    pub const ALL: [Self; 6] = [Self::Purchase, Self::Day, Self::Week, Self::Month, Self::Year, Self::Ever];

    /// As it is written in data and forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
            Self::Ever => "ever",
        }
    }

    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.word() == word)
    }

    /// In the names of limits.
    pub(super) const fn letter(self) -> char {
        match self {
            Self::Purchase => 'o',
            Self::Day => 'd',
            Self::Week => 'w',
            Self::Month => 'm',
            Self::Year => 'y',
            Self::Ever => 'e',
        }
    }
}

impl When {
    #[must_use]
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }
}

impl Range {
    #[must_use]
    pub const fn is_any(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }

    #[must_use]
    pub fn has(self, number: i64) -> bool {
        self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
    }
}

impl Lines {
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }
}

impl Audience {
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.tier.is_empty() && self.tag.is_empty()
    }

    /// Whether a member is among them.
    #[must_use]
    pub fn has(&self, member: Member<'_>) -> bool {
        let tier = || member.tier.is_some_and(|tier| self.tier.iter().any(|one| one == tier));
        let tag = || self.tag.iter().any(|tag| member.tags.contains(tag));
        (self.tier.is_empty() || tier()) && (self.tag.is_empty() || tag())
    }
}

impl Stage {
    #[must_use]
    pub const fn is_base(&self) -> bool {
        matches!(self, Self::Base)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(number: &i32) -> bool {
    *number == 0
}

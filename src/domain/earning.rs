//! The evaluator: a pure function of rules, standing and purchase that gives points and a trace of how they
//! came about.
//! Stages: base -> multiplier -> round. Multipliers add their extras to the base; they never multiply each
//! other.

mod facts;

use std::collections::HashSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::domain::{
    badge::{Badge, Level},
    program::Program,
    purchase::Purchase,
    tier::{self, Tier},
};

pub use facts::Facts;

/// Points are computed in millionths and rounded once, at the end.
const MICRO: i128 = 1_000_000;

/// Everything that decides what a purchase earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rulebook {
    pub program: Program,
    pub earning_rules: Vec<EarningRule>,
    pub campaigns: Vec<Campaign>,
    /// Up by rank.
    pub tiers: Vec<Tier>,
    pub badges: Vec<Badge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarningRule {
    pub earning_rule_id: String,
    pub version: i32,
    pub name: String,
    /// Points per whole unit of the program's currency.
    pub points_per_unit: i64,
    pub live_from: Timestamp,
    pub live_until: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub campaign_id: String,
    pub version: i32,
    pub name: String,
    /// 200 means double points.
    pub percent: i32,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// The explanation of one evaluation: which rule versions fired, with numbers, and which did not and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The eligible amount, minor units.
    pub amount: i64,
    pub steps: Vec<Step>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    pub points: i64,
    /// What the rules were told about the member and the moment.
    #[serde(rename = "f", default, skip_serializing_if = "Facts::is_usual")]
    pub facts: Facts,
    /// What else the answer told, so that a document that is sent again gets the same answer: the name of the
    /// tier afterwards, unless a step names it, and the badges that were awarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<(String, Level)>,
}

impl Trace {
    /// Keeps what the answer tells besides the points.
    pub fn tell(&mut self, tier: Option<&Tier>, awards: impl Iterator<Item = (String, Level)>) {
        self.awards = awards.collect();
        let name = tier.map(|tier| tier.name.as_str());
        self.tier = name.filter(|name| self.tier_counted() != Some(name)).map(str::to_owned);
    }

    /// The name of the tier afterwards.
    #[must_use]
    pub fn tier_after(&self) -> Option<&str> {
        self.tier.as_deref().or_else(|| self.tier_counted())
    }

    /// The name of the tier that multiplied.
    fn tier_counted(&self) -> Option<&str> {
        self.steps.iter().find_map(|step| match step {
            Step::Tier { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }
}

/// One step of the arithmetic; `micro` is what it added, in millionths of a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    Base {
        rule: String,
        version: i32,
        per_unit: i64,
        micro: i64,
    },
    Tier {
        tier: String,
        name: String,
        percent: i32,
        micro: i64,
    },
    Campaign {
        campaign: String,
        version: i32,
        name: String,
        percent: i32,
        micro: i64,
    },
    /// Rounded to a whole point, halves up, once.
    Round {
        micro: i64,
    },
}

/// A rule that did not fire, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub rule: String,
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub version: i32,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    NotYet,
    Over,
}

impl Rulebook {
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.program.zone()
    }

    /// Exactly the rule versions that an evaluation looked at, whether they fired or not.
    #[must_use]
    pub fn of_trace(mut self, trace: &Trace) -> Self {
        let fired = trace.steps.iter().filter_map(|step| match step {
            Step::Base { rule, version, .. } => Some((rule.as_str(), *version)),
            Step::Campaign { campaign, version, .. } => Some((campaign.as_str(), *version)),
            Step::Tier { .. } | Step::Round { .. } => None,
        });
        let skipped = trace.skipped.iter().map(|skipped| (skipped.rule.as_str(), skipped.version));
        let named: HashSet<(&str, i32)> = fired.chain(skipped).collect();
        self.earning_rules.retain(|rule| named.contains(&(rule.earning_rule_id.as_str(), rule.version)));
        self.campaigns.retain(|one| named.contains(&(one.campaign_id.as_str(), one.version)));
        self
    }

    /// The tier that counted on the day of a purchase: what was earned in the 12 months up to it.
    #[must_use]
    pub fn tier(&self, qualifying: i64) -> Option<&Tier> {
        tier::reached(&self.tiers, qualifying)
    }
}

/// What a purchase earns, given these facts. Judged at the time of the purchase, not at the time we heard of
/// it.
#[must_use]
pub fn evaluate(rules: &Rulebook, facts: &Facts, purchase: &Purchase) -> Trace {
    let at = purchase.purchased_at;
    let unit = 10_i128.pow(rules.program.currency_digits);
    let amount = purchase.eligible();
    let mut trace = Trace { amount, facts: facts.clone(), ..Trace::default() };
    let mut base = 0;
    for rule in &rules.earning_rules {
        if let Some(why) = outside(at, rule.live_from, rule.live_until) {
            trace.skipped.push(Skipped { rule: rule.earning_rule_id.clone(), version: rule.version, why });
            continue;
        }
        let micro = i128::from(amount) * i128::from(rule.points_per_unit) * MICRO / unit;
        base += micro;
        trace.steps.push(Step::Base {
            rule: rule.earning_rule_id.clone(),
            version: rule.version,
            per_unit: rule.points_per_unit,
            micro: clamp(micro),
        });
    }
    let extra = |percent: i32| base * i128::from(percent - 100) / 100;
    let mut total = base;
    if let Some((tier, percent)) = facts.tier.as_ref().filter(|(_, percent)| *percent > 100) {
        let micro = extra(*percent);
        total += micro;
        let named = rules.tiers.iter().find(|known| known.tier == *tier);
        let name = named.map_or_else(|| tier.clone(), |known| known.name.clone());
        trace.steps.push(Step::Tier { tier: tier.clone(), name, percent: *percent, micro: clamp(micro) });
    }
    for campaign in &rules.campaigns {
        if let Some(why) = outside(at, campaign.starts_at, Some(campaign.ends_at)) {
            let (rule, version) = (campaign.campaign_id.clone(), campaign.version);
            trace.skipped.push(Skipped { rule, version, why });
            continue;
        }
        let micro = extra(campaign.percent);
        total += micro;
        trace.steps.push(Step::Campaign {
            campaign: campaign.campaign_id.clone(),
            version: campaign.version,
            name: campaign.name.clone(),
            percent: campaign.percent,
            micro: clamp(micro),
        });
    }
    let points = (total + MICRO / 2).div_euclid(MICRO);
    if points * MICRO != total {
        trace.steps.push(Step::Round { micro: clamp(points * MICRO - total) });
    }
    trace.points = clamp(points);
    trace
}

/// Evaluates what is left of a purchase with the rules and facts of its first evaluation: what it would have
/// earned had only these lines been bought. The difference is what a return takes back.
#[must_use]
pub fn evaluate_again(original: &Rulebook, first: &Trace, remaining: &Purchase) -> Trace {
    evaluate(original, &first.facts, remaining)
}

const fn first() -> i32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_first(version: &i32) -> bool {
    *version == 1
}

fn outside(at: Timestamp, from: Timestamp, until: Option<Timestamp>) -> Option<Why> {
    if at < from {
        return Some(Why::NotYet);
    }
    until.is_some_and(|until| at >= until).then_some(Why::Over)
}

fn clamp(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

/// The local day on which a purchase counts.
#[must_use]
pub fn day(rules: &Rulebook, purchase: &Purchase) -> Date {
    crate::domain::program::day_of(purchase.purchased_at, &rules.zone())
}

#[cfg(test)]
mod tests;

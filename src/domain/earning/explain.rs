//! A trace with names and numbers in place of rule numbers: what members read as words and staff as a table.

use serde::{Deserialize, Serialize};

use super::{Effect, Period, Rule, Rulebook, Step, Trace, Trigger, Why, before::StepBefore};

/// Why somebody got so many points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The eligible amount, minor units; 0 where nothing was bought.
    pub amount: i64,
    /// In the order of the arithmetic; their `micro` add up to the points.
    pub told: Vec<Told>,
    /// Rules that did not count, and why.
    pub missed: Vec<Missing>,
    pub points: i64,
}

/// A rule that was looked at and did not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// What all versions of the rule are called.
    pub rule: String,
    pub version: Option<i32>,
    pub name: String,
    pub why: Why,
}

/// One step of the arithmetic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What all versions of the rule are called, where a rule did it.
    pub rule: Option<String>,
    /// Of the rule, tier or campaign, as it was then.
    pub name: String,
    pub version: Option<i32>,
    /// The campaign that the rule belongs to.
    pub campaign: Option<String>,
    pub given: Given,
    /// Millionths of a point.
    pub micro: i64,
}

/// How a step came to its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// `points` for each `per` minor units of an amount.
    Money {
        points: i64,
        per: i64,
        amount: i64,
    },
    Items {
        points: i64,
        quantity: i64,
    },
    Lines {
        points: i64,
        lines: i64,
    },
    Visit,
    Fixed,
    Multiplier {
        percent: i32,
    },
    Tier {
        percent: i32,
    },
    /// The rule's own limit took this.
    Limit {
        per: Period,
    },
    /// A cap on everything took this.
    Cap {
        per: Period,
    },
    Budget,
    Round,
}

/// Names what a trace says. `book` has every version that ever was live.
#[must_use]
pub fn explain(book: &Rulebook, trace: &Trace) -> Explanation {
    let mut told: Vec<Told> = trace.steps.iter().map(|step| tell(book, trace, step)).collect();
    let rounded = trace.rounded();
    if rounded != 0 {
        told.push(plain(String::new(), Given::Round, rounded));
    }
    let before = trace.skipped.iter().map(|skipped| Missing {
        rule: skipped.rule.clone(),
        version: Some(skipped.version),
        name: skipped.rule.clone(),
        why: skipped.why,
    });
    let missed = before.chain(trace.missed.0.iter().map(|(no, why)| missing(book, *no, *why))).collect();
    Explanation { amount: trace.amount, told, missed, points: trace.points }
}

fn missing(book: &Rulebook, rule_no: i32, why: Why) -> Missing {
    match book.rule(rule_no) {
        Some(Rule { rule, version, definition, .. }) => {
            Missing { rule: rule.clone(), version: Some(*version), name: definition.name.clone(), why }
        }
        None => Missing { rule: rule_no.to_string(), version: None, name: format!("Rule {rule_no}"), why },
    }
}

const fn plain(name: String, given: Given, micro: i64) -> Told {
    Told { rule: None, name, version: None, campaign: None, given, micro }
}

fn tell(book: &Rulebook, trace: &Trace, step: &Step) -> Told {
    let unit = 10_i64.pow(book.program.currency_digits);
    match step {
        Step::Rule { rule_no, micro, counted } => match book.rule(*rule_no) {
            Some(rule) => of_rule(book, rule, given(rule, unit, counted.unwrap_or(trace.amount)), *micro),
            None => plain(format!("Rule {rule_no}"), Given::Fixed, *micro),
        },
        Step::Cap { rule_no, per, micro } => match book.rule(*rule_no) {
            Some(rule) => {
                let is_cap = matches!(rule.definition.effect, Effect::Cap { .. });
                let given = if is_cap { Given::Cap { per: *per } } else { Given::Limit { per: *per } };
                of_rule(book, rule, given, *micro)
            }
            None => plain(format!("Rule {rule_no}"), Given::Limit { per: *per }, *micro),
        },
        Step::Tier { percent, micro } => {
            let tier = trace.facts.tier.as_ref().map_or("", |(tier, _)| tier.as_str());
            let named = book.tiers.iter().find(|known| known.tier == tier);
            let name = named.map_or_else(|| tier.to_owned(), |known| known.name.clone());
            plain(name, Given::Tier { percent: *percent }, *micro)
        }
        Step::Budget { campaign_no, micro } => {
            let name = book.campaign(*campaign_no).map(|one| one.settings.name.clone());
            plain(name.unwrap_or_default(), Given::Budget, *micro)
        }
        Step::Before(before) => of_before(trace, before, unit),
    }
}

fn of_rule(book: &Rulebook, rule: &Rule, given: Given, micro: i64) -> Told {
    let campaign = rule.campaign_no.and_then(|number| book.campaign(number));
    Told {
        rule: Some(rule.rule.clone()),
        name: rule.definition.name.clone(),
        version: Some(rule.version),
        campaign: campaign.map(|one| one.settings.name.clone()),
        given,
        micro,
    }
}

fn given(rule: &Rule, unit: i64, counted: i64) -> Given {
    match rule.definition.effect {
        Effect::PerMoney { points, per, .. } => {
            Given::Money { points, per: per.unwrap_or(unit), amount: counted }
        }
        Effect::PerItem { points, .. } => Given::Items { points, quantity: counted },
        Effect::Fixed { points, .. } if rule.definition.on == Trigger::Line => {
            Given::Lines { points, lines: counted }
        }
        Effect::PerVisit { .. } => Given::Visit,
        Effect::Fixed { .. } => Given::Fixed,
        Effect::Multiplier { percent } => Given::Multiplier { percent },
        Effect::Cap { per, .. } => Given::Cap { per },
    }
}

fn of_before(trace: &Trace, before: &StepBefore, unit: i64) -> Told {
    match before.clone() {
        StepBefore::Base { rule, version, per_unit, micro } => {
            let given = Given::Money { points: per_unit, per: unit, amount: trace.amount };
            Told { rule: Some(rule.clone()), version: Some(version), ..plain(rule, given, micro) }
        }
        StepBefore::Tier { name, percent, micro, .. } => plain(name, Given::Tier { percent }, micro),
        StepBefore::Campaign { name, version, percent, micro, .. } => {
            Told { version: Some(version), ..plain(name, Given::Multiplier { percent }, micro) }
        }
        StepBefore::Round { micro } => plain(String::new(), Given::Round, micro),
    }
}

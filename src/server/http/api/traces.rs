//! How points came about, step by step, in the words that members read.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    earning::{Explanation, Given, Missing, Rulebook, Told, Trace, Why, explain, words},
    points::Money,
    words::Currency,
};

/// How points came about. The `points` of the steps add up to those of the trace.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "amount": "7.60", "points": 76,
    "steps": [
        { "outcome": "gave", "effect": "per_money", "rule": "per-unit", "version": 1, "campaign": null,
            "name": "Points on every purchase", "points": "76",
            "words": "10 points for every €1: €7.60 × 10" },
        { "outcome": "skipped", "why": "weekday", "rule": "tea-time", "version": 2, "campaign": null,
            "name": "Double points on tea", "points": "0",
            "words": "Double points on tea is for other days of the week" },
    ],
}))]
pub struct TraceAnswer {
    /// What of the purchase can earn: a decimal in the program's currency.
    #[schema(example = "7.60")]
    pub amount: String,
    pub points: i64,
    /// In the order of the arithmetic; after them the rules that did not count.
    pub steps: Vec<StepAnswer>,
}

/// One step, or one rule that was looked at and did not count.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepAnswer {
    /// gave, took (a limit, a cap, a budget or the rounding), or skipped.
    #[schema(example = "gave")]
    pub outcome: &'static str,
    /// What it is: `per_money`, `per_item`, `per_line`, `per_visit`, `fixed`, `multiplier`, `tier`, `limit`,
    /// `cap`, `budget` or `rounding`. Missing where it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "per_money")]
    pub effect: Option<&'static str>,
    /// Why it was skipped: `not_yet`, `over`, `schedule`, `audience`, `amount`, `quantity`, `lines`, `store`,
    /// `weekday`, `hours`, `tier`, `tag`, `first_purchase`, `birthday`, `attributes`, `limit`, `budget`,
    /// `stacking` or `not_needed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "weekday")]
    pub why: Option<Why>,
    /// What all versions of the rule are called; `null` where no rule did it.
    #[schema(example = "per-unit")]
    pub rule: Option<String>,
    #[schema(example = 1)]
    pub version: Option<i32>,
    /// The name of the campaign that the rule belongs to.
    pub campaign: Option<String>,
    /// Of the rule, tier or campaign, as members read it.
    #[schema(example = "Points on every purchase")]
    pub name: String,
    /// What it added, or took: a decimal, since points are rounded only once, at the end.
    #[schema(example = "76")]
    pub points: String,
    /// The step as members read it.
    #[schema(example = "10 points for every €1: €7.60 × 10")]
    pub words: String,
}

impl TraceAnswer {
    /// `book` has every version that ever was live.
    pub fn of(book: &Rulebook, trace: &Trace) -> Self {
        let digits = book.program.currency_digits;
        let currency = Currency { code: book.program.currency.clone(), digits };
        let Explanation { amount, told, missed, points } = explain(book, trace);
        let gave = told.iter().map(|told| gave(told, &currency));
        let steps = gave.chain(missed.into_iter().map(skipped)).collect();
        Self { amount: Money(amount).decimal(digits), points, steps }
    }
}

fn gave(told: &Told, currency: &Currency) -> StepAnswer {
    let (words, _, note) = words::step(told, currency);
    StepAnswer {
        outcome: if told.micro < 0 { "took" } else { "gave" },
        effect: Some(effect(&told.given)),
        why: None,
        rule: told.rule.clone(),
        version: told.version,
        campaign: told.campaign.clone(),
        name: if told.given == Given::Round { "Rounding".to_owned() } else { told.name.clone() },
        points: decimal(told.micro),
        words: note.map_or(words.clone(), |note| format!("{words}: {note}")),
    }
}

fn skipped(Missing { rule, version, name, why }: Missing) -> StepAnswer {
    StepAnswer {
        outcome: "skipped",
        effect: None,
        why: Some(why),
        rule: Some(rule),
        version,
        campaign: None,
        points: "0".to_owned(),
        words: format!("{name} {}", words::why_not(why)),
        name,
    }
}

const fn effect(given: &Given) -> &'static str {
    match given {
        Given::Money { .. } => "per_money",
        Given::Items { .. } => "per_item",
        Given::Lines { .. } => "per_line",
        Given::Visit => "per_visit",
        Given::Fixed => "fixed",
        Given::Multiplier { .. } => "multiplier",
        Given::Tier { .. } => "tier",
        Given::Limit { .. } => "limit",
        Given::Cap { .. } => "cap",
        Given::Budget => "budget",
        Given::Round => "rounding",
    }
}

/// Millionths of a point as a plain decimal: "20.25".
fn decimal(micro: i64) -> String {
    let text = Money(micro).decimal(6);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_points_are_plain_decimals() {
        for (micro, text) in [(20_250_000, "20.25"), (-1, "-0.000001"), (0, "0"), (100_000_000, "100")] {
            assert_eq!(decimal(micro), text);
        }
    }
}

//! What a purchase or another activity earns: rules are data, versioned and immutable once live, and the
//! evaluator is a pure function of rules, facts and document that explains itself.

mod before;
mod book;
pub mod campaign_form;
mod check;
mod condition;
mod evaluate;
mod explain;
mod facts;
pub mod form;
mod rule;
pub mod schedule;
mod trace;
mod usage;
pub mod words;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

pub use self::{
    book::Rulebook,
    check::{check_campaign, check_rule},
    explain::{Explanation, Given, Missing, Told, explain},
    facts::Facts,
    rule::{
        Audience, Birthday, Campaign, Definition, Effect, Limit, Lines, Most, Period, Range, Rounding, Rule,
        Settings, Stacking, Stage, Trigger, When,
    },
    trace::{Step, Trace, Why},
    usage::{Purse, Usage, budgets, usage},
};
use crate::domain::{
    activity::Activity,
    purchase::{Line, Purchase},
};

/// Points are computed in millionths and rounded once, at the end.
const MICRO: i128 = 1_000_000;

/// What the evaluator sees of a document.
struct Occasion<'a> {
    at: Timestamp,
    /// The kind of an activity; none: a purchase.
    kind: Option<&'a str>,
    store: Option<&'a str>,
    lines: &'a [Line],
    /// The eligible amount, minor units.
    amount: i64,
    quantity: i64,
    attributes: Option<&'a BTreeMap<String, String>>,
}

/// What a purchase earns, given these facts. Judged at the time of the purchase, not at the time we heard of
/// it.
#[must_use]
pub fn evaluate(rules: &Rulebook, facts: &Facts, purchase: &Purchase) -> Trace {
    let occasion = Occasion {
        at: purchase.purchased_at,
        kind: None,
        store: purchase.store.as_deref(),
        lines: &purchase.lines,
        amount: purchase.eligible(),
        quantity: 0,
        attributes: None,
    };
    evaluate::evaluate(rules, facts, &occasion)
}

/// What another activity earns, given these facts.
#[must_use]
pub fn evaluate_activity(rules: &Rulebook, facts: &Facts, activity: &Activity) -> Trace {
    let occasion = Occasion {
        at: activity.occurred_at,
        kind: Some(&activity.kind),
        store: activity.store(),
        lines: &[],
        amount: 0,
        quantity: activity.quantity(),
        attributes: Some(&activity.attributes),
    };
    evaluate::evaluate(rules, facts, &occasion)
}

/// Evaluates what is left of a purchase with the rules and facts of its first evaluation: what it would have
/// earned had only these lines been bought. The difference is what a return takes back.
#[must_use]
pub fn evaluate_again(original: &Rulebook, first: &Trace, remaining: &Purchase) -> Trace {
    if first.facts.is_usual() {
        return evaluate(original, &before::facts(first), remaining);
    }
    evaluate(original, &first.facts, remaining)
}

fn clamp(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

/// The local day on which a purchase counts.
#[must_use]
pub fn day(rules: &Rulebook, purchase: &Purchase) -> Date {
    rules.day(purchase.purchased_at)
}

#[cfg(test)]
mod laws;
#[cfg(test)]
pub(crate) mod tests;

//! What makes a rule or a campaign acceptable. Each error names the field by its path in the JSON.

use std::collections::HashSet;

use super::{Definition, Effect, Limit, Most, Period, Range, Settings, Trigger, schedule::Schedule};
use crate::domain::{
    activity::is_kind,
    refusal::{FieldError, Refusal},
};

const MOST_POINTS: i64 = 1_000_000;
const MOST_LIMIT: i64 = 1_000_000_000;
const MOST_WORDS: usize = 200;

struct Errors(Vec<FieldError>);

impl Errors {
    fn unless(&mut self, holds: bool, field: &str, message: &str) {
        if !holds {
            self.0.push(FieldError::new(field, message));
        }
    }

    fn done(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::invalid(self.0)) }
    }
}

/// Refuses a rule that could not mean anything.
pub fn check_rule(rule: &Definition) -> Result<(), Refusal> {
    let mut errors = Errors(Vec::new());
    let has_name = (1..=80).contains(&rule.name.trim().chars().count());
    errors.unless(has_name, "name", "Name the rule in 1 to 80 characters; members read it");
    check_trigger(rule, &mut errors);
    check_effect(&rule.effect, &mut errors);
    check_when(rule, &mut errors);
    let mut names = HashSet::new();
    for Limit { most, per } in &rule.limits {
        let (Most::Points(number) | Most::Times(number)) = *most;
        errors.unless((1..=MOST_LIMIT).contains(&number), "limits", "A limit is 1 or more");
        let kind = matches!(most, Most::Times(_));
        errors.unless(names.insert((kind, per.letter())), "limits", "Give one limit for each period");
        errors.unless(
            !kind || *per != Period::Purchase,
            "limits",
            "A rule counts once for a purchase anyway",
        );
    }
    let is_cap = matches!(rule.effect, Effect::Cap { .. });
    errors.unless(!is_cap || rule.limits.is_empty(), "limits", "A cap is a limit already; leave these empty");
    let visit = matches!(rule.effect, Effect::PerVisit { .. });
    let by_day =
        rule.limits.iter().any(|limit| limit.per == Period::Day && matches!(limit.most, Most::Points(_)));
    errors.unless(!(visit && by_day), "limits", "Points for a visit come once a day anyway");
    errors.unless((-1_000..=1_000).contains(&rule.priority), "priority", "Choose -1,000 to 1,000");
    errors.done()
}

fn check_trigger(rule: &Definition, errors: &mut Errors) {
    let Trigger::Activity(kinds) = &rule.on else {
        errors.unless(rule.when.attributes.is_empty(), "when.attributes", "Only activities have attributes");
        return;
    };
    let words = !kinds.is_empty() && kinds.len() <= 50 && kinds.iter().all(|kind| is_kind(kind));
    let how = "Name at least one kind, in lower case letters, digits, dashes or underscores";
    errors.unless(words, "on.activity", how);
    let of_purchases = rule.when.lines.is_any() && rule.when.amount.is_any() && !rule.when.first_purchase;
    errors.unless(of_purchases, "when", "An activity has no lines, no amount and is no first purchase");
    let money = matches!(rule.effect, Effect::PerMoney { .. });
    errors.unless(!money, "effect", "An activity has no amount; choose points for each thing, or once");
}

fn check_effect(effect: &Effect, errors: &mut Errors) {
    match effect {
        Effect::PerMoney { points, per, .. } => {
            let points_fit = (1..=MOST_POINTS).contains(points);
            errors.unless(points_fit, "effect.points", "Give 1 to 1,000,000 points");
            let per_fits = per.is_none_or(|per| (1..=MOST_LIMIT).contains(&per));
            errors.unless(per_fits, "effect.per", "Name an amount above 0");
        }
        Effect::PerItem { points, .. } | Effect::PerVisit { points, .. } | Effect::Fixed { points, .. } => {
            let points_fit = (1..=MOST_POINTS).contains(points);
            errors.unless(points_fit, "effect.points", "Give 1 to 1,000,000 points");
        }
        Effect::Multiplier { percent } => {
            let how = "Give more than 100 per cent, up to 1,000; 200 doubles the points";
            errors.unless((101..=1_000).contains(percent), "effect.percent", how);
        }
        Effect::Cap { points, .. } => {
            errors.unless(
                (1..=MOST_LIMIT).contains(points),
                "effect.points",
                "Name the most points, 1 or more",
            );
        }
    }
}

fn check_when(rule: &Definition, errors: &mut Errors) {
    let when = &rule.when;
    for (range, field) in [(&when.amount, "when.amount"), (&when.quantity, "when.quantity")] {
        let Range { min, max } = *range;
        errors.unless(min.is_none_or(|min| min >= 0), field, "The least is 0 or more");
        let order = min.zip(max).is_none_or(|(min, max)| min <= max);
        errors.unless(order, field, "The most can't be below the least");
    }
    let lines = &when.lines;
    let lists = [
        (&lines.sku, "when.lines.sku"),
        (&lines.category, "when.lines.category"),
        (&lines.except_sku, "when.lines.except_sku"),
        (&lines.except_category, "when.lines.except_category"),
        (&when.store, "when.store"),
        (&when.tier, "when.tier"),
        (&when.tag, "when.tag"),
    ];
    for (list, field) in lists {
        check_words(list, field, errors);
    }
    for (name, values) in &when.attributes {
        errors.unless(
            !name.is_empty() && !values.is_empty(),
            "when.attributes",
            "Name an attribute and its values",
        );
        check_words(values, "when.attributes", errors);
    }
    let hours = when.hours.is_none_or(|hours| hours.from != hours.until);
    errors.unless(hours, "when.hours", "The hours begin and end at the same time");
    let days = when.birthday.is_none_or(|w| (0..=180).contains(&w.before) && (0..=180).contains(&w.after));
    errors.unless(days, "when.birthday", "Choose 0 to 180 days before and after");
}

fn check_words(words: &[String], field: &str, errors: &mut Errors) {
    errors.unless(words.len() <= MOST_WORDS, field, "At most 200 of them");
    let fits = |word: &String| !word.trim().is_empty() && word.len() <= 120;
    errors.unless(words.iter().all(fits), field, "Each has 1 to 120 characters");
}

/// Refuses a campaign that could never run.
pub fn check_campaign(campaign: &Settings) -> Result<(), Refusal> {
    let mut errors = Errors(Vec::new());
    let named = (1..=80).contains(&campaign.name.trim().chars().count());
    errors.unless(named, "name", "Name the campaign in 1 to 80 characters; members read it");
    let Schedule { from, until, hours, .. } = &campaign.schedule;
    let order = from.zip(*until).is_none_or(|(from, until)| from < until);
    errors.unless(order, "schedule.until", "The campaign ends before it begins");
    let lasts = hours.is_none_or(|hours| hours.from != hours.until);
    errors.unless(lasts, "schedule.hours", "The hours begin and end at the same time");
    let budget = campaign.budget.is_none_or(|budget| (1..=1_000_000_000_000).contains(&budget));
    errors.unless(budget, "budget", "A budget is 1 point or more");
    check_words(&campaign.audience.tier, "audience.tier", &mut errors);
    check_words(&campaign.audience.tag, "audience.tag", &mut errors);
    errors.unless((-1_000..=1_000).contains(&campaign.priority), "priority", "Choose -1,000 to 1,000");
    errors.done()
}

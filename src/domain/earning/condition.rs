//! Whether a rule counts for an occasion, and what of the occasion it counts.

use jiff::civil::DateTime;

use super::{
    Definition, Effect, Facts, Lines, Most, Occasion, Rulebook, Trigger, Why, book::Ready, schedule::recurs,
};
use crate::domain::{
    points::Money,
    purchase::{Flags, Line},
};

/// What of an occasion a rule counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// Minor units.
    pub amount: i64,
    pub quantity: i64,
    pub lines: i64,
}

impl Counted {
    /// The number that explains the step, where it is not the whole amount.
    pub(super) fn told(self, ready: &Ready, occasion: &Occasion<'_>) -> Option<i64> {
        match ready.rule.definition.effect {
            Effect::PerMoney { .. } => (self.amount != occasion.amount).then_some(self.amount),
            Effect::PerItem { .. } => Some(self.quantity),
            Effect::Fixed { .. } if ready.rule.definition.on == Trigger::Line => Some(self.lines),
            _ => None,
        }
    }
}

/// One occasion in its local time.
pub(super) struct Moment<'a> {
    book: &'a Rulebook,
    facts: &'a Facts,
    occasion: &'a Occasion<'a>,
    local: DateTime,
    whole: Counted,
}

impl<'a> Moment<'a> {
    pub(super) fn new(book: &'a Rulebook, facts: &'a Facts, occasion: &'a Occasion<'a>) -> Self {
        let whole = counted(occasion, |_| true);
        Self { book, facts, occasion, local: book.local(occasion.at), whole }
    }

    /// Whether the rule was live then, and its campaign ran.
    pub(super) fn is_candidate(&self, ready: &Ready) -> bool {
        let at = self.occasion.at;
        let live = ready.rule.live_from <= at && ready.rule.live_until.is_none_or(|until| at < until);
        live && ready.campaign.is_none_or(|place| {
            let (from, until) = self.book.campaigns[place].span;
            from <= at && at < until
        })
    }

    /// What the rule counts, or why it does not.
    pub(super) fn counts(&self, ready: &Ready) -> Result<Counted, Why> {
        self.campaign(ready)?;
        self.time_and_place(&ready.rule.definition)?;
        self.member(&ready.rule.definition)?;
        let counted = self.document(&ready.rule.definition)?;
        self.limits(ready)?;
        Ok(counted)
    }

    fn campaign(&self, ready: &Ready) -> Result<(), Why> {
        let Some(place) = ready.campaign else { return Ok(()) };
        let campaign = &self.book.campaigns[place];
        let settings = &campaign.campaign.settings;
        let audience = &settings.audience;
        hold(recurs(settings.schedule.weekdays, settings.schedule.hours, self.local), Why::Schedule)?;
        hold(self.is_in_tier(&audience.tier) && self.has_tag(&audience.tag), Why::Audience)?;
        let used = i128::from(self.facts.used_of(&campaign.budget_name));
        hold(settings.budget.is_none_or(|budget| used < i128::from(budget) * super::MICRO), Why::Budget)
    }

    fn time_and_place(&self, rule: &Definition) -> Result<(), Why> {
        let when = &rule.when;
        hold(recurs(when.weekdays, None, self.local) || when.hours.is_some(), Why::Weekday)?;
        hold(when.hours.is_none() || recurs(when.weekdays, when.hours, self.local), Why::Hours)?;
        let here = self.occasion.store;
        hold(
            when.store.is_empty() || here.is_some_and(|here| when.store.iter().any(|s| s == here)),
            Why::Store,
        )
    }

    fn member(&self, rule: &Definition) -> Result<(), Why> {
        let when = &rule.when;
        hold(self.is_in_tier(&when.tier), Why::Tier)?;
        hold(self.has_tag(&when.tag), Why::Tag)?;
        hold(!when.first_purchase || self.facts.first_purchase, Why::FirstPurchase)?;
        let near = |window: &super::Birthday| self.facts.birthday.contains(&(window.before, window.after));
        hold(when.birthday.as_ref().is_none_or(near), Why::Birthday)?;
        let has = |(name, values): (&String, &Vec<String>)| {
            self.occasion
                .attributes
                .is_some_and(|all| all.get(name).is_some_and(|value| values.contains(value)))
        };
        hold(when.attributes.iter().all(has), Why::Attributes)
    }

    /// The lines that count, the amount and the number of things.
    fn document(&self, rule: &Definition) -> Result<Counted, Why> {
        let when = &rule.when;
        let by_line = rule.on == Trigger::Line;
        if !by_line && when.lines.is_any() {
            hold(when.amount.has(self.whole.amount), Why::Amount)?;
            hold(when.quantity.has(self.whole.quantity), Why::Quantity)?;
            return Ok(self.whole);
        }
        let counted = counted(self.occasion, |line| line_counts(rule, line));
        hold(counted.lines > 0, Why::Lines)?;
        if !by_line {
            hold(when.amount.has(counted.amount), Why::Amount)?;
            hold(when.quantity.has(counted.quantity), Why::Quantity)?;
        }
        Ok(counted)
    }

    fn limits(&self, ready: &Ready) -> Result<(), Why> {
        if matches!(ready.rule.definition.effect, Effect::Cap { .. }) {
            return Ok(());
        }
        let is_open = |(limit, name): &(super::Limit, String)| {
            let used = i128::from(self.facts.used_of(name));
            match limit.most {
                Most::Points(most) => used < i128::from(most) * super::MICRO,
                Most::Times(most) => used < i128::from(most),
            }
        };
        hold(ready.limits.iter().all(is_open), Why::Limit)
    }

    fn is_in_tier(&self, tiers: &[String]) -> bool {
        tiers.is_empty() || self.facts.tier.as_ref().is_some_and(|(tier, _)| tiers.contains(tier))
    }

    fn has_tag(&self, tags: &[String]) -> bool {
        tags.is_empty() || tags.iter().any(|tag| self.facts.tags.contains(tag))
    }
}

fn hold(condition: bool, why: Why) -> Result<(), Why> {
    if condition { Ok(()) } else { Err(why) }
}

/// What the eligible lines that are chosen add up to. A document without lines is one line without a name.
pub(super) fn counted(occasion: &Occasion<'_>, chosen: impl Fn(&Line) -> bool) -> Counted {
    let add = |sum: Counted, line: &Line| Counted {
        amount: sum.amount + line.amount.0,
        quantity: sum.quantity + line.quantity,
        lines: sum.lines + 1,
    };
    if occasion.lines.is_empty() {
        let (amount, quantity) = (Money(occasion.amount), occasion.quantity);
        let nameless = Line { sku: None, category: None, quantity, amount, flags: Flags::default() };
        return if chosen(&nameless) { add(Counted::default(), &nameless) } else { Counted::default() };
    }
    let eligible = occasion.lines.iter().filter(|line| line.flags.is_empty() && chosen(line));
    eligible.fold(Counted::default(), add)
}

/// Whether a rule counts a line: by its name, and for a rule that looks at single lines by its numbers too.
pub(super) fn line_counts(rule: &Definition, line: &Line) -> bool {
    let when = &rule.when;
    let numbers = || when.amount.has(line.amount.0) && when.quantity.has(line.quantity);
    is_named(&when.lines, line) && (rule.on != Trigger::Line || numbers())
}

fn is_named(names: &Lines, line: &Line) -> bool {
    let is_one = |of: &[String], name: &Option<String>| name.as_ref().is_some_and(|name| of.contains(name));
    (names.sku.is_empty() || is_one(&names.sku, &line.sku))
        && (names.category.is_empty() || is_one(&names.category, &line.category))
        && !is_one(&names.except_sku, &line.sku)
        && !is_one(&names.except_category, &line.category)
}

/// Which facts the rules that were looked at could read: the others are not kept with the trace.
#[derive(Debug, Default)]
pub(super) struct Reads {
    pub tier: bool,
    tags: Vec<String>,
    first_purchase: bool,
    birthday: Vec<(i16, i16)>,
    used: Vec<String>,
}

impl Reads {
    pub(super) fn add(&mut self, book: &Rulebook, ready: &Ready) {
        let when = &ready.rule.definition.when;
        self.tier |= !when.tier.is_empty();
        self.first_purchase |= when.first_purchase;
        self.tags.extend(when.tag.iter().cloned());
        self.birthday.extend(when.birthday.map(|window| (window.before, window.after)));
        self.used.extend(ready.limits.iter().map(|(_, name)| name.clone()));
        if let Some(campaign) = ready.campaign.map(|place| &book.campaigns[place]) {
            let settings = &campaign.campaign.settings;
            self.tier |= !settings.audience.tier.is_empty();
            self.tags.extend(settings.audience.tag.iter().cloned());
            self.used.extend(settings.budget.map(|_| campaign.budget_name.clone()));
        }
    }

    pub(super) fn of(&self, facts: &Facts) -> Facts {
        let keep = |one: &&(String, i64)| self.used.contains(&one.0);
        Facts {
            tier: facts.tier.clone().filter(|_| self.tier),
            first_purchase: facts.first_purchase && self.first_purchase,
            birthday: facts.birthday.iter().filter(|one| self.birthday.contains(one)).copied().collect(),
            tags: facts.tags.iter().filter(|tag| self.tags.contains(tag)).cloned().collect(),
            used: facts.used.iter().filter(keep).cloned().collect(),
        }
    }
}

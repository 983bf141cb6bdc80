//! Replay: what a draft of the rules would have given over the history that is stored. Pure: the server reads
//! the history member by member, and nothing is written.

pub mod changes;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::domain::{
    activity::Activity,
    counters::{CounterKey, Counters, PURCHASES},
    earning::{
        self, Campaign, Definition, Facts, Purse, Rounding, Rule, Rulebook, Settings, Trace, check_campaign,
        check_rule, usage,
    },
    expiry::terms,
    purchase::Purchase,
    refusal::{FieldError, Refusal},
    standing::{About, qualifying},
    tier::{Tier, policy::Record},
};

/// How many of those whose points change most are named.
pub const MOST_CHANGED: usize = 20;

/// A draft: rules and campaigns that are put beside those that are live, or in their place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// True: nothing that is live counts, only the draft does.
    #[serde(default)]
    pub alone: bool,
    /// Rules and campaigns that are live and would be gone, by what they are called.
    #[serde(default)]
    pub without: Vec<String>,
    #[serde(default)]
    pub campaigns: Vec<DraftCampaign>,
    #[serde(default)]
    pub rules: Vec<DraftRule>,
    #[serde(default)]
    pub rounding: Option<Rounding>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftCampaign {
    /// What it is called: a live one of this name is replaced.
    pub campaign: String,
    pub settings: Settings,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRule {
    /// What it is called: a live one of this name is replaced.
    pub rule: String,
    /// A campaign of the draft.
    #[serde(default)]
    pub campaign: Option<String>,
    pub definition: Definition,
}

impl Draft {
    /// The rulebook as it would have been all along. Refused: what could mean nothing, with its place.
    pub fn over(&self, live: &Rulebook) -> Result<Rulebook, Refusal> {
        self.check()?;
        let (mut rules, mut campaigns) = live.parts();
        if self.alone {
            rules.clear();
            campaigns.clear();
        }
        let replaced = |name: &str| {
            self.without.iter().any(|gone| gone == name)
                || self.rules.iter().any(|draft| draft.rule == name)
                || self.campaigns.iter().any(|draft| draft.campaign == name)
        };
        let gone: Vec<i32> =
            campaigns.iter().filter(|one| replaced(&one.campaign)).map(|one| one.campaign_no).collect();
        rules.retain(|rule| {
            !replaced(&rule.rule) && rule.campaign_no.is_none_or(|number| !gone.contains(&number))
        });
        campaigns.retain(|one| !gone.contains(&one.campaign_no));
        let first = 1 + campaigns.iter().map(|one| one.campaign_no).max().unwrap_or(0);
        let names: BTreeMap<&str, i32> =
            self.campaigns.iter().map(|draft| draft.campaign.as_str()).zip(first..).collect();
        campaigns.extend(self.campaigns.iter().zip(first..).map(|(draft, campaign_no)| Campaign {
            campaign_no,
            campaign: draft.campaign.clone(),
            version: 0,
            live_from: Timestamp::MIN,
            live_until: None,
            settings: draft.settings.clone(),
        }));
        let first = 1 + rules.iter().map(|rule| rule.rule_no).max().unwrap_or(0);
        rules.extend(self.rules.iter().zip(first..).map(|(draft, rule_no)| Rule {
            rule_no,
            rule: draft.rule.clone(),
            version: 0,
            campaign_no: draft.campaign.as_deref().and_then(|name| names.get(name).copied()),
            live_from: Timestamp::MIN,
            live_until: None,
            definition: draft.definition.clone(),
        }));
        let mut book = live.with((rules, campaigns));
        book.rounding = self.rounding.unwrap_or(live.rounding);
        Ok(book)
    }

    fn check(&self) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        let mut add = |place: String, checked: Result<(), Refusal>| {
            let found = checked.err().map(|refusal| refusal.fields).unwrap_or_default();
            errors.extend(
                found.into_iter().map(|one| FieldError::new(&format!("{place}.{}", one.field), &one.message)),
            );
        };
        for (place, draft) in self.campaigns.iter().enumerate() {
            add(format!("campaigns.{place}.settings"), check_campaign(&draft.settings));
        }
        for (place, draft) in self.rules.iter().enumerate() {
            add(format!("rules.{place}.definition"), check_rule(&draft.definition));
            let unknown = |name: &String| !self.campaigns.iter().any(|one| one.campaign == *name);
            if draft.campaign.as_ref().is_some_and(unknown) {
                let message = "The draft has no campaign of this name";
                add(
                    format!("rules.{place}"),
                    Err(Refusal::invalid(vec![FieldError::new("campaign", message)])),
                );
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::invalid(errors)) }
    }
}

/// One member's history under the draft.
#[derive(Debug, Default)]
pub struct Rehearsal {
    pub about: About,
    counters: Counters,
    spending: BTreeMap<String, i64>,
    /// What counts for tiers, by day.
    counted: Counted,
}

/// What counted for tiers on which days. Documents are told in the order of time.
#[derive(Debug, Default)]
pub struct Counted(Vec<(Date, i64)>);

impl Counted {
    /// Counts what a document came to, by the policy of the book.
    pub fn add(&mut self, book: &Rulebook, day: Date, (amount, points): (i64, i64)) {
        let counts = qualifying(book, amount, points);
        match self.0.last_mut().filter(|(last, _)| *last == day) {
            Some((_, sum)) => *sum += counts,
            None => self.0.push((day, counts)),
        }
    }

    /// The tier of a day, as the write path and the pages judge it.
    fn tier<'a>(&self, book: &'a Rulebook, joined: Option<Date>, day: Date) -> Option<&'a Tier> {
        let joined = joined.or(self.0.first().map(|(first, _)| *first)).unwrap_or(day);
        book.tier_on(Record { days: &self.0, joined }, day)
    }
}

impl Rehearsal {
    /// Begins with the next member; what campaigns have given goes on.
    pub fn next(&mut self, about: About) {
        self.about = about;
        self.counters = Counters::default();
        self.counted = Counted::default();
    }

    /// What a purchase earns, after everything that was told before.
    pub fn purchase(&mut self, book: &Rulebook, purchase: &Purchase) -> Trace {
        let day = earning::day(book, purchase);
        let trace = earning::evaluate(book, &self.facts(book, None, day), purchase);
        self.counters.add(CounterKey::lifetime(PURCHASES, ""), 1);
        self.count(book, &trace, day, purchase.amount.0);
        trace
    }

    pub fn activity(&mut self, book: &Rulebook, activity: &Activity) -> Trace {
        let day = book.day(activity.occurred_at);
        let trace = earning::evaluate_activity(book, &self.facts(book, Some(&activity.kind), day), activity);
        self.count(book, &trace, day, 0);
        trace
    }

    fn facts(&self, book: &Rulebook, kind: Option<&str>, day: Date) -> Facts {
        let tier = self.tier(book, day);
        let windows = book.birthdays();
        Facts {
            first_purchase: self.counters.get(&CounterKey::lifetime(PURCHASES, "")) == 0,
            birthday: self
                .about
                .born
                .map(|born| Facts::near_birthday(&windows, born, day))
                .unwrap_or_default(),
            tags: self.about.tags.clone(),
            used: book.used(kind, day, self),
            ..Facts::of_tier(tier)
        }
    }

    /// The tier that the draft would have given on a day.
    #[must_use]
    pub fn tier<'a>(&self, book: &'a Rulebook, day: Date) -> Option<&'a Tier> {
        self.counted.tier(book, self.about.joined, day)
    }

    /// The tier of a day by what did count.
    #[must_use]
    pub fn tier_before<'a>(&self, book: &'a Rulebook, counted: &Counted, day: Date) -> Option<&'a Tier> {
        counted.tier(book, self.about.joined, day)
    }

    fn count(&mut self, book: &Rulebook, trace: &Trace, day: Date, amount: i64) {
        self.counted.add(book, day, (amount, trace.points));
        let used = usage(book, trace, day);
        for (key, amount) in used.limits {
            self.counters.add(key, amount);
        }
        for (budget, micro) in used.budgets {
            *self.spending.entry(budget).or_default() += micro;
        }
    }
}

impl Purse for Rehearsal {
    fn used(&self, key: &CounterKey) -> i64 {
        self.counters.get(key)
    }

    fn spent(&self, budget: &str) -> i64 {
        self.spending.get(budget).copied().unwrap_or_default()
    }
}

/// What a draft would have changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub members: u64,
    pub documents: u64,
    pub points_before: i64,
    pub points_after: i64,
    /// By how much what members have would differ: points that have not expired since.
    pub liability_change: i64,
    /// By the tier in which members stand today, up by rank.
    pub tiers: Vec<TierEffect>,
    /// Those whose points change most, the most first.
    pub most_changed: Vec<Changed>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierEffect {
    pub tier: String,
    pub members: u64,
    /// Who would stand in it with the draft.
    pub members_after: u64,
    pub points_before: i64,
    pub points_after: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The pseudonym on boards, and the member's id.
    pub name: String,
    pub member: String,
    pub before: i64,
    pub after: i64,
}

/// One member's part of the report.
#[derive(Debug, Clone, Default)]
pub struct Effect {
    pub before: i64,
    pub after: i64,
    pub documents: u64,
    pub liability_change: i64,
    /// The tier of today, as it is and as it would be.
    pub tier_before: Option<String>,
    pub tier_after: Option<String>,
}

impl Effect {
    /// Counts a document that earned so much at an instant, and would have earned so much.
    pub fn count(&mut self, book: &Rulebook, at: Timestamp, (before, after): (i64, i64), now: Timestamp) {
        self.before += before;
        self.after += after;
        self.documents += 1;
        if terms(book, at).expires_at.is_none_or(|expires_at| expires_at > now) {
            self.liability_change += after - before;
        }
    }
}

impl Report {
    #[must_use]
    pub fn new(book: &Rulebook) -> Self {
        let tier = |tier: &Tier| TierEffect { tier: tier.name.clone(), ..TierEffect::default() };
        Self { tiers: book.tiers.iter().map(tier).collect(), ..Self::default() }
    }

    pub fn add(&mut self, book: &Rulebook, effect: &Effect, name: impl FnOnce() -> (String, String)) {
        self.members += 1;
        self.documents += effect.documents;
        self.points_before += effect.before;
        self.points_after += effect.after;
        self.liability_change += effect.liability_change;
        let place =
            |tier: &Option<String>| book.tiers.iter().position(|one| Some(&one.tier) == tier.as_ref());
        if let Some(before) = place(&effect.tier_before).and_then(|place| self.tiers.get_mut(place)) {
            before.members += 1;
            before.points_before += effect.before;
            before.points_after += effect.after;
        }
        if let Some(after) = place(&effect.tier_after).and_then(|place| self.tiers.get_mut(place)) {
            after.members_after += 1;
        }
        let change = |one: &Changed| (one.after - one.before).abs();
        let size = (effect.after - effect.before).abs();
        let is_full = self.most_changed.len() >= MOST_CHANGED;
        if size == 0 || (is_full && self.most_changed.last().is_some_and(|last| change(last) >= size)) {
            return;
        }
        let place = self.most_changed.partition_point(|one| change(one) >= size);
        let (name, member) = name();
        self.most_changed.insert(place, Changed { name, member, before: effect.before, after: effect.after });
        self.most_changed.truncate(MOST_CHANGED);
    }
}

#[cfg(test)]
mod tests;

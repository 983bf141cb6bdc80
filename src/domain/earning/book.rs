//! The rulebook: every rule version that ever was live, made ready to be asked often. Rules are found by what
//! triggers them; what does not change from purchase to purchase is worked out once.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    Campaign, Definition, Effect, Limit, Most, Period, Rounding, Rule, Step, Trace, Trigger, before,
};
use crate::domain::{
    badge::{Badge, Game},
    challenge::Challenge,
    program::Program,
    tier::{
        self, Tier,
        policy::{Record, TierPolicy},
    },
};

/// Everything that decides what a purchase or another activity earns.
#[derive(Debug, Clone, PartialEq)]
pub struct Rulebook {
    pub program: Program,
    /// Up by rank.
    pub tiers: Vec<Tier>,
    pub badges: Vec<Badge>,
    /// The badges, made ready.
    pub game: Game,
    pub rounding: Rounding,
    /// How tiers are earned and kept.
    pub tier_policy: TierPolicy,
    zone: TimeZone,
    pub(super) rules: Vec<Ready>,
    pub(super) campaigns: Vec<ReadyCampaign>,
    purchases: Vec<usize>,
    activities: HashMap<String, Vec<usize>>,
}

/// A rule with what was worked out beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    pub rule: Rule,
    /// The place of its campaign.
    pub campaign: Option<usize>,
    /// Its limits, that of a visit included, each with the name under which its use is counted.
    pub limits: Vec<(Limit, String)>,
    /// Minor units for which the effect gives its points.
    pub per: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ReadyCampaign {
    pub campaign: Campaign,
    /// Between these it runs at all: its life and its schedule.
    pub span: (Timestamp, Timestamp),
    pub budget_name: String,
}

impl Rulebook {
    #[must_use]
    pub fn new(
        program: Program,
        (rules, campaigns): (Vec<Rule>, Vec<Campaign>),
        tiers: Vec<Tier>,
        badges: Vec<Badge>,
        rounding: Rounding,
    ) -> Self {
        let zone = program.zone();
        let (purchases, activities) = (Vec::new(), HashMap::new());
        let mut book = Self {
            program,
            tiers,
            game: Game::new(&badges),
            badges,
            rounding,
            tier_policy: TierPolicy::default(),
            zone,
            rules: vec![],
            campaigns: vec![],
            purchases,
            activities,
        };
        book.campaigns = campaigns.into_iter().map(|campaign| ready_campaign(campaign, &book.zone)).collect();
        let unit = 10_i64.pow(book.program.currency_digits);
        let place =
            |campaign_no| book.campaigns.iter().position(|one| one.campaign.campaign_no == campaign_no);
        book.rules = rules.into_iter().map(|rule| ready(rule, place, unit)).collect();
        book.rules
            .sort_by_key(|ready| (std::cmp::Reverse(ready.rule.definition.priority), ready.rule.rule_no));
        book.index();
        book
    }

    fn index(&mut self) {
        self.purchases.clear();
        self.activities.clear();
        for (place, ready) in self.rules.iter().enumerate() {
            match &ready.rule.definition.on {
                Trigger::Purchase | Trigger::Line => self.purchases.push(place),
                Trigger::Activity(kinds) => {
                    for kind in kinds {
                        self.activities.entry(kind.clone()).or_default().push(place);
                    }
                }
            }
        }
    }

    /// The first day of which counters matter to what happens on a day: to tiers, or to badges.
    #[must_use]
    pub fn reads_from(&self, day: Date) -> Date {
        let badges = day.saturating_sub(self.game.days_before().min(40_000).days());
        let challenges = self.game.first_day().unwrap_or(day);
        self.tier_policy.reads_from(&self.tiers, day).min(badges).min(challenges)
    }

    /// With the challenges that are running.
    #[must_use]
    pub fn with_challenges(mut self, challenges: &[Challenge]) -> Self {
        self.game = std::mem::take(&mut self.game).with(challenges);
        self
    }

    /// The program's zone.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.zone.clone()
    }

    /// The local time of an instant.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> jiff::civil::DateTime {
        self.zone.to_datetime(at)
    }

    /// The rules that a purchase, or an activity of this kind, triggers.
    pub(super) fn triggered(&self, kind: Option<&str>) -> &[usize] {
        match kind {
            None => &self.purchases,
            Some(kind) => self.activities.get(kind).map_or(&[], Vec::as_slice),
        }
    }

    /// Every version of a rule, by its number.
    #[must_use]
    pub fn rule(&self, rule_no: i32) -> Option<&Rule> {
        self.ready(rule_no).map(|ready| &ready.rule)
    }

    pub(super) fn ready(&self, rule_no: i32) -> Option<&Ready> {
        self.rules.iter().find(|ready| ready.rule.rule_no == rule_no)
    }

    #[must_use]
    pub fn campaign(&self, campaign_no: i32) -> Option<&Campaign> {
        self.campaigns.iter().map(|one| &one.campaign).find(|one| one.campaign_no == campaign_no)
    }

    /// Every version of every campaign, the oldest first.
    pub fn every_campaign(&self) -> impl DoubleEndedIterator<Item = &Campaign> {
        self.campaigns.iter().map(|one| &one.campaign)
    }

    /// Whether it has every rule and campaign that a trace names.
    #[must_use]
    pub fn knows(&self, trace: &Trace) -> bool {
        let missed = trace.missed.0.iter().all(|(rule_no, _)| self.ready(*rule_no).is_some());
        missed
            && trace.steps.iter().all(|step| match step {
                Step::Rule { rule_no, .. } | Step::Cap { rule_no, .. } => self.ready(*rule_no).is_some(),
                Step::Budget { campaign_no, .. } => self.campaign(*campaign_no).is_some(),
                Step::Tier { .. } | Step::Before(_) => true,
            })
    }

    /// All rules and campaigns, to make another book of.
    #[must_use]
    pub fn parts(&self) -> (Vec<Rule>, Vec<Campaign>) {
        let rules = self.rules.iter().map(|ready| ready.rule.clone()).collect();
        (rules, self.campaigns.iter().map(|one| one.campaign.clone()).collect())
    }

    /// This book with other rules.
    #[must_use]
    pub fn with(&self, parts: (Vec<Rule>, Vec<Campaign>)) -> Self {
        let (program, tiers, badges) = (self.program.clone(), self.tiers.clone(), self.badges.clone());
        let book = Self::new(program, parts, tiers, badges, self.rounding);
        Self { tier_policy: self.tier_policy, ..book }
    }

    /// Exactly the rule versions that an evaluation looked at, whether they counted or not, and its rounding.
    #[must_use]
    pub fn of_trace(&self, trace: &Trace) -> Self {
        let fired = trace.steps.iter().filter_map(|step| match step {
            Step::Rule { rule_no, .. } | Step::Cap { rule_no, .. } => Some(*rule_no),
            _ => None,
        });
        let numbers: HashSet<i32> = fired.chain(trace.missed.0.iter().map(|(rule_no, _)| *rule_no)).collect();
        let names: HashSet<(&str, i32)> = before::names(trace).collect();
        let (mut rules, campaigns) = self.parts();
        let by_name = |rule: &Rule| {
            let of =
                rule.campaign_no.and_then(|number| campaigns.iter().find(|one| one.campaign_no == number));
            let campaign = of.is_some_and(|one| names.contains(&(one.campaign.as_str(), one.version)));
            campaign || names.contains(&(rule.rule.as_str(), rule.version))
        };
        rules.retain(|rule| numbers.contains(&rule.rule_no) || by_name(rule));
        // They were live then, whatever was decided about their end since.
        for rule in &mut rules {
            (rule.live_from, rule.live_until) = (Timestamp::MIN, None);
        }
        let campaigns = campaigns.iter().cloned().map(|one| Campaign {
            live_from: Timestamp::MIN,
            live_until: None,
            ..one
        });
        Self { rounding: trace.rounding, ..self.with((rules, campaigns.collect())) }
    }

    /// What a member earns for each whole unit of money, on anything and at any time, by the rules that are
    /// live.
    #[must_use]
    pub fn points_per_unit(&self, now: Timestamp) -> i64 {
        let unit = 10_i64.pow(self.program.currency_digits);
        let live = |rule: &Rule| rule.live_from <= now && rule.live_until.is_none_or(|until| now < until);
        let plain = |ready: &&Ready| {
            ready.campaign.is_none() && live(&ready.rule) && ready.rule.definition.when.is_always()
        };
        let rate = |ready: &Ready| match ready.rule.definition.effect {
            Effect::PerMoney { points, .. } => points * unit / ready.per,
            _ => 0,
        };
        self.purchases.iter().map(|place| &self.rules[*place]).filter(plain).map(rate).sum()
    }

    /// The tier of a member on a day.
    #[must_use]
    pub fn tier_on(&self, record: Record<'_>, day: Date) -> Option<&Tier> {
        self.tiers.get(self.tier_policy.index(&self.tiers, record, day))
    }

    /// The tier that so many qualifying points reach by themselves.
    #[must_use]
    pub fn tier(&self, qualifying: i64) -> Option<&Tier> {
        tier::reached(&self.tiers, qualifying)
    }
}

fn ready(rule: Rule, place: impl Fn(i32) -> Option<usize>, unit: i64) -> Ready {
    let Definition { effect, limits, .. } = &rule.definition;
    let visit = match effect {
        Effect::PerVisit { points, .. } => Some(Limit { most: Most::Points(*points), per: Period::Day }),
        Effect::Cap { points, per } => Some(Limit { most: Most::Points(*points), per: *per }),
        _ => None,
    };
    let named = |limit: Limit| {
        let kind = if matches!(limit.most, Most::Points(_)) { 'p' } else { 't' };
        (limit, format!("{}:{}{kind}", rule.rule, limit.per.letter()))
    };
    let per = match effect {
        Effect::PerMoney { per: Some(per), .. } => (*per).max(1),
        _ => unit,
    };
    let limits = limits.iter().copied().chain(visit).map(named).collect();
    Ready { campaign: rule.campaign_no.and_then(place), limits, per, rule }
}

fn ready_campaign(campaign: Campaign, zone: &TimeZone) -> ReadyCampaign {
    let (from, until) = campaign.settings.schedule.span(zone);
    let lives_until = campaign.live_until.unwrap_or(Timestamp::MAX);
    let span = (from.max(campaign.live_from), until.min(lives_until));
    ReadyCampaign { budget_name: format!("{}:b", campaign.campaign), span, campaign }
}

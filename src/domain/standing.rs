//! Where a member stands, and what one purchase changes: points, counters, badges, tier. Pure: the write path
//! reads a standing, lets it decide, and writes what changed.

use std::collections::{BTreeMap, HashSet};

use jiff::{Timestamp, civil::Date};

use crate::domain::{
    activity::Activity,
    badge::{self, Held, Verdict},
    challenge::{self, Completion, Entries},
    counters::{CounterKey, Counters, PURCHASES, QUALIFYING},
    earning::{self, Facts, Purse, Rulebook, Trace, usage},
    expiry::terms,
    ledger::{Balances, Contra, Draft, Kind, Negative},
    lots::Account,
    metric::event::Event,
    purchase::Purchase,
    tier::{
        Tier,
        policy::{Basis, Record},
    },
};

#[derive(Debug, Clone)]
pub struct Standing {
    pub account: Account,
    pub counters: Counters,
    /// Every award that the member has.
    pub awards: HashSet<Held>,
    pub about: About,
    /// What campaigns with a budget have given, this batch included; handed on from member to member.
    pub spending: Spending,
}

/// What rules may ask about a member, read only where some rule does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The day of joining, where tiers count from it.
    pub joined: Option<Date>,
    pub born: Option<Date>,
    /// Sorted.
    pub tags: Vec<String>,
    /// The challenges in which the member takes part.
    pub challenges: Entries,
}

/// What campaigns have given, by the name of the budget, in millionths of a point.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spending {
    pub before: BTreeMap<String, i64>,
    pub added: BTreeMap<String, i64>,
}

pub use crate::domain::badge::Award;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierChange {
    pub from: String,
    pub to: String,
    pub changed_at: Timestamp,
    /// In words, for the member.
    pub reason: String,
}

/// What one purchase changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub trace: Trace,
    /// Of the points, those that can be spent later only.
    pub pending: i64,
    pub awards: Vec<Award>,
    /// Awards that do not hold any more.
    pub lost: Vec<Held>,
    /// Rounds of challenges that were completed.
    pub completed: Vec<Completion>,
    pub tier_change: Option<TierChange>,
    pub after: Balances,
}

impl Standing {
    /// Books one purchase. `document` is the key of its document id.
    pub fn record(
        &mut self,
        rules: &Rulebook,
        purchase: &Purchase,
        document: [u8; 32],
        now: Timestamp,
    ) -> Result<Decision, Negative> {
        let day = earning::day(rules, purchase);
        self.account.settle(now)?;
        let before = self.tier(rules, day);
        let facts = self.facts(rules, before.as_ref(), None, day);
        let mut trace = earning::evaluate(rules, &facts, purchase);
        let counts = qualifying(rules, purchase.amount.0, trace.points);
        self.counters.add(CounterKey::day(QUALIFYING, day), counts);
        self.use_up(rules, &trace, day);
        let after = self.tier(rules, day);
        let event = Event::of_purchase(purchase, rules.local(purchase.purchased_at));
        let Played { awards, lost, completed } =
            self.play(rules, &event, after.as_ref(), (purchase.purchased_at, now));
        let told = self.tier_told(rules, (day, after.as_ref()), now);
        trace.tell(told.as_ref(), awards.iter().map(|award| (award.badge.clone(), award.level)));
        let pending = self.accrue(rules, purchase.purchased_at, &trace, document, now)?;
        let tier_change = promotion(rules, before, after, purchase.purchased_at);
        let after = self.account.wallet.balances;
        Ok(Decision { trace, pending, awards, lost, completed, tier_change, after })
    }

    /// Books one activity that is no purchase.
    pub fn record_activity(
        &mut self,
        rules: &Rulebook,
        activity: &Activity,
        document: [u8; 32],
        now: Timestamp,
    ) -> Result<Decision, Negative> {
        let day = rules.day(activity.occurred_at);
        self.account.settle(now)?;
        let before = self.tier(rules, day);
        let facts = self.facts(rules, before.as_ref(), Some(&activity.kind), day);
        let mut trace = earning::evaluate_activity(rules, &facts, activity);
        self.counters.add(CounterKey::day(QUALIFYING, day), qualifying(rules, 0, trace.points));
        self.use_up(rules, &trace, day);
        let after = self.tier(rules, day);
        let event = Event::of_activity(activity, rules.local(activity.occurred_at));
        let Played { awards, lost, completed } =
            self.play(rules, &event, after.as_ref(), (activity.occurred_at, now));
        let told = self.tier_told(rules, (day, after.as_ref()), now);
        trace.tell(told.as_ref(), awards.iter().map(|award| (award.badge.clone(), award.level)));
        let pending = self.accrue(rules, activity.occurred_at, &trace, document, now)?;
        let tier_change = promotion(rules, before, after, activity.occurred_at);
        let after = self.account.wallet.balances;
        Ok(Decision { trace, pending, awards, lost, completed, tier_change, after })
    }

    /// What is answered as the tier afterwards: what comes late is answered with the tier of today.
    fn tier_told(&self, rules: &Rulebook, of: (Date, Option<&Tier>), now: Timestamp) -> Option<Tier> {
        let ((day, after), today) = (of, rules.day(now));
        if today > day { self.tier(rules, today) } else { after.cloned() }
    }

    /// The tier of a day, with all that was counted until now.
    fn tier(&self, rules: &Rulebook, day: Date) -> Option<Tier> {
        let days = self.counters.days(QUALIFYING);
        let first = days.first().map_or(day, |(first, _)| *first);
        let joined = self.about.joined.unwrap_or(first);
        rules.tier_on(Record { days: &days, joined }, day).cloned()
    }

    /// What the rules may know about the member and the day, just before.
    fn facts(&self, rules: &Rulebook, tier: Option<&Tier>, kind: Option<&str>, day: Date) -> Facts {
        let born = self.about.born;
        Facts {
            first_purchase: self.counters.get(&CounterKey::lifetime(PURCHASES, "")) == 0,
            birthday: born
                .map(|born| Facts::near_birthday(&rules.birthdays(), born, day))
                .unwrap_or_default(),
            tags: self.about.tags.clone(),
            used: rules.used(kind, day, self),
            ..Facts::of_tier(tier)
        }
    }

    /// Counts what an evaluation used of limits and budgets.
    fn use_up(&mut self, rules: &Rulebook, trace: &Trace, day: Date) {
        let used = usage(rules, trace, day);
        for (key, amount) in used.limits {
            self.counters.add(key, amount);
        }
        for (budget, micro) in used.budgets {
            *self.spending.added.entry(budget).or_default() += micro;
        }
    }

    /// Gives how many of the points are pending.
    fn accrue(
        &mut self,
        rules: &Rulebook,
        at: Timestamp,
        trace: &Trace,
        document: [u8; 32],
        now: Timestamp,
    ) -> Result<i64, Negative> {
        let draft = Draft {
            kind: Kind::Accrual,
            delta: Balances::default(),
            contra: Contra::Issued,
            effective_at: at,
            document: Some(document),
            reason: None,
            trace: Some(trace.clone()),
        };
        self.account.accrue(draft, trace.points, terms(rules, at), now)?;
        let pending = self.account.entries.last().map_or(0, |entry| entry.draft.delta.pending);
        // A purchase from long ago may have earned points that have expired since.
        self.account.settle(now)?;
        Ok(pending)
    }

    /// Counts what was done for badges and challenges, and tells what it wins and what is lost by it.
    fn play(
        &mut self,
        rules: &Rulebook,
        event: &Event<'_>,
        tier: Option<&Tier>,
        (at, now): (Timestamp, Timestamp),
    ) -> Played {
        let About { tags, challenges, .. } = &mut self.about;
        let member = badge::Member { tier: tier.map(|tier| tier.tier.as_str()), tags };
        let mut play = rules.game.play(&self.counters, &self.awards);
        let verdicts = play.record(event, member);
        let completed = challenge::completions(
            (&rules.game, play.tally()),
            event,
            member,
            challenges,
            (at, rules.day(now)),
        );
        for (key, amount) in play.take_changes() {
            self.counters.add(key, amount);
        }
        let (mut awards, mut lost) = (Vec::new(), Vec::new());
        for Verdict { held, is_given } in verdicts {
            if is_given {
                self.awards.insert(held.clone());
                let Held { badge, level, period } = held;
                awards.push(Award { badge, level, period, awarded_at: at });
            } else {
                self.awards.remove(&held);
                lost.push(held);
            }
        }
        Played { awards, lost, completed }
    }
}

/// What an activity wins and loses.
struct Played {
    awards: Vec<Award>,
    lost: Vec<Held>,
    completed: Vec<Completion>,
}

/// What counts for tiers of an amount and the points it earned.
#[must_use]
pub fn qualifying(rules: &Rulebook, amount: i64, points: i64) -> i64 {
    match rules.tier_policy.basis {
        Basis::Points => points,
        Basis::Spend => amount,
    }
}

impl Purse for Standing {
    fn used(&self, key: &CounterKey) -> i64 {
        self.counters.get(key)
    }

    fn spent(&self, budget: &str) -> i64 {
        let of = |sums: &BTreeMap<String, i64>| sums.get(budget).copied().unwrap_or_default();
        of(&self.spending.before) + of(&self.spending.added)
    }
}

/// Awards that a batch of decisions comes to, and to whom each belongs.
#[derive(Debug)]
pub struct Settled<'a, M> {
    pub won: Vec<(M, &'a Award)>,
    pub lost: Vec<(M, &'a Held)>,
}

/// What became of one award in the end.
enum Fate<'a> {
    Won(&'a Award),
    Lost(&'a Held),
}

/// What a batch of decisions, in their order, comes to. What was lost and won again is won.
#[must_use]
pub fn settled<'a, M: Copy + Ord>(told: impl Iterator<Item = (M, &'a Decision)>) -> Settled<'a, M> {
    let mut fates: BTreeMap<_, Fate<'a>> = BTreeMap::new();
    for (member, decision) in told {
        for held in &decision.lost {
            let key = (member, held.badge.as_str(), held.level, held.period.as_str());
            fates.insert(key, Fate::Lost(held));
        }
        for award in &decision.awards {
            let key = (member, award.badge.as_str(), award.level, award.period.as_str());
            fates.insert(key, Fate::Won(award));
        }
    }
    let mut settled = Settled { won: Vec::new(), lost: Vec::new() };
    for ((member, ..), fate) in fates {
        match fate {
            Fate::Won(award) => settled.won.push((member, award)),
            Fate::Lost(held) => settled.lost.push((member, held)),
        }
    }
    settled
}

fn promotion(
    rules: &Rulebook,
    before: Option<Tier>,
    after: Option<Tier>,
    at: Timestamp,
) -> Option<TierChange> {
    let (before, after) = (before?, after?);
    (after.rank > before.rank).then(|| TierChange {
        reason: rules.tier_policy.enough(&after, &rules.program.currency()),
        from: before.tier,
        to: after.tier,
        changed_at: at,
    })
}

//! Where a member stands, and what one purchase changes: points, counters, badges, tier. Pure: the write path
//! reads a standing, lets it decide, and writes what changed.

use std::collections::HashSet;

use jiff::{Timestamp, civil::Date};

use crate::domain::{
    badge::Level,
    counters::{CounterKey, Counters, PURCHASES, QUALIFYING, QUANTITY, SPEND},
    earning::{self, Facts, Rulebook, Trace},
    expiry::terms,
    ledger::{Balances, Contra, Draft, Kind, Negative},
    lots::Account,
    purchase::Purchase,
    tier::Tier,
};

#[derive(Debug, Clone)]
pub struct Standing {
    pub account: Account,
    pub counters: Counters,
    /// Badge and level of every award.
    pub awards: HashSet<(String, Level)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    pub badge: String,
    pub level: Level,
    pub awarded_at: Timestamp,
}

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
        let before = rules.tier(self.counters.last_twelve_months(QUALIFYING, day)).cloned();
        let mut trace = earning::evaluate(rules, &Facts::of_tier(before.as_ref()), purchase);
        self.count(rules, purchase, day, trace.points);
        let awards = self.award(rules, purchase, day);
        let after = rules.tier(self.counters.last_twelve_months(QUALIFYING, day)).cloned();
        trace.tell(after.as_ref(), awards.iter().map(|award| (award.badge.clone(), award.level)));
        let pending = self.accrue(rules, purchase, &trace, document, now)?;
        let tier_change = promotion(before, after, purchase.purchased_at);
        Ok(Decision { trace, pending, awards, tier_change, after: self.account.wallet.balances })
    }

    /// Gives how many of the points are pending.
    fn accrue(
        &mut self,
        rules: &Rulebook,
        purchase: &Purchase,
        trace: &Trace,
        document: [u8; 32],
        now: Timestamp,
    ) -> Result<i64, Negative> {
        let draft = Draft {
            kind: Kind::Accrual,
            delta: Balances::default(),
            contra: Contra::Issued,
            effective_at: purchase.purchased_at,
            document: Some(document),
            reason: None,
            trace: Some(trace.clone()),
        };
        self.account.accrue(draft, trace.points, terms(rules, purchase.purchased_at), now)?;
        let pending = self.account.entries.last().map_or(0, |entry| entry.draft.delta.pending);
        // A purchase from long ago may have earned points that have expired since.
        self.account.settle(now)?;
        Ok(pending)
    }

    fn count(&mut self, rules: &Rulebook, purchase: &Purchase, day: Date, points: i64) {
        self.counters.add(CounterKey::lifetime(PURCHASES, ""), 1);
        self.counters.add(CounterKey::month(PURCHASES, day), 1);
        self.counters.add(CounterKey::lifetime(SPEND, ""), purchase.amount.0);
        self.counters.add(CounterKey::lifetime(QUANTITY, ""), purchase.quantity());
        self.counters.add(CounterKey::day(QUALIFYING, day), points);
        // Several badges may read the same filtered counter; it is counted once.
        let mut counted = HashSet::new();
        for badge in rules.badges.iter().filter(|badge| badge.rule.r#where.is_some()) {
            let key = badge.rule.counter();
            if counted.insert(key.clone()) {
                self.counters.add(key, badge.rule.increment(purchase));
            }
        }
    }

    fn award(&mut self, rules: &Rulebook, purchase: &Purchase, day: Date) -> Vec<Award> {
        let mut awarded = Vec::new();
        for badge in &rules.badges {
            let finished =
                badge.rule.levels.iter().all(|step| self.awards.contains(&(badge.badge.clone(), step.level)));
            if finished {
                continue;
            }
            let progress = badge.rule.progress(&self.counters, day);
            for level in badge.rule.reached(progress) {
                if self.awards.insert((badge.badge.clone(), level)) {
                    let (badge, awarded_at) = (badge.badge.clone(), purchase.purchased_at);
                    awarded.push(Award { badge, level, awarded_at });
                }
            }
        }
        awarded
    }
}

fn promotion(before: Option<Tier>, after: Option<Tier>, at: Timestamp) -> Option<TierChange> {
    let (before, after) = (before?, after?);
    (after.rank > before.rank).then(|| TierChange {
        reason: format!("{} points in 12 months", crate::domain::points::grouped(after.threshold)),
        from: before.tier,
        to: after.tier,
        changed_at: at,
    })
}

//! Tiers look at what was earned or spent in money, never at the balance: redeeming cannot demote.

pub mod draft;
pub mod policy;
mod words;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    pub tier: String,
    pub name: String,
    /// 1 is where everybody starts.
    pub rank: i16,
    /// What has to count, in the unit of the policy: points, or minor units.
    pub threshold: i64,
    /// 125 means a quarter more points.
    pub earn_percent: i32,
    pub benefits: String,
    /// Parcels cost nothing to send; the shop asks for it.
    #[serde(default)]
    pub free_shipping: bool,
    /// Days before a reward opens to all on which these members can have it.
    #[serde(default)]
    pub early_days: i16,
}

impl Tier {
    /// What it gives, in sentences: what staff wrote, and what the program does by itself.
    #[must_use]
    pub fn gives(&self) -> String {
        let written = self.benefits.trim_end();
        let early = match self.early_days {
            0 => return written.to_owned(),
            1 => "New rewards a day before everybody else.".to_owned(),
            days => format!("New rewards {days} days before everybody else."),
        };
        let stop = if written.is_empty() || written.ends_with(['.', '!', '?', '…']) { "" } else { "." };
        format!("{written}{stop} {early}").trim_start().to_owned()
    }
}

/// The tier that some qualifying points reach: the highest whose threshold they meet. `tiers` goes up by
/// rank.
#[must_use]
pub fn reached(tiers: &[Tier], qualifying: i64) -> Option<&Tier> {
    tiers.iter().rev().find(|tier| tier.threshold <= qualifying).or(tiers.first())
}

/// The tier after the one that was reached, if there is one.
#[must_use]
pub fn next_above(tiers: &[Tier], qualifying: i64) -> Option<&Tier> {
    tiers.iter().find(|tier| tier.threshold > qualifying)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn ladder() -> Vec<Tier> {
        let tier = |tier: &str, rank, threshold, earn_percent| Tier {
            tier: tier.to_owned(),
            name: tier.to_owned(),
            rank,
            threshold,
            earn_percent,
            benefits: String::new(),
            free_shipping: false,
            early_days: 0,
        };
        vec![tier("bronze", 1, 0, 100), tier("silver", 2, 800, 125), tier("gold", 3, 1_500, 150)]
    }

    #[test]
    fn what_a_tier_gives_tells_its_early_access() {
        let gold = Tier { benefits: "Cupping evenings".to_owned(), early_days: 7, ..ladder()[2].clone() };
        assert_eq!(gold.gives(), "Cupping evenings. New rewards 7 days before everybody else.");
        let plain = Tier { early_days: 0, ..gold.clone() };
        assert_eq!(plain.gives(), "Cupping evenings");
        let only = Tier { benefits: String::new(), early_days: 1, ..gold };
        assert_eq!(only.gives(), "New rewards a day before everybody else.");
    }

    #[test]
    fn a_threshold_is_reached_when_it_is_met() {
        let tiers = ladder();
        for (points, tier, next) in [
            (0, "bronze", Some("silver")),
            (799, "bronze", Some("silver")),
            (800, "silver", Some("gold")),
            (1_500, "gold", None),
        ] {
            assert_eq!(reached(&tiers, points).map(|t| t.tier.as_str()), Some(tier));
            assert_eq!(next_above(&tiers, points).map(|t| t.tier.as_str()), next);
        }
    }
}

//! When a reward opens: to everybody, and some days before to members of tiers that have early access. Days
//! are local: three days before nine in the morning is nine in the morning, also across a clock change.

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::domain::tier::Tier;

/// Local times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    pub to_all: DateTime,
    /// The tiers that may have it earlier, the highest first.
    pub early: Vec<Early>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Early {
    pub rank: i16,
    /// The name of the tier.
    pub tier: String,
    pub from: DateTime,
}

impl Opening {
    /// `ladder` goes up by rank. Who stands higher never waits longer.
    #[must_use]
    pub fn of(to_all: DateTime, ladder: &[Tier]) -> Self {
        let mut most = 0;
        let mut early = Vec::new();
        for tier in ladder {
            most = most.max(tier.early_days);
            if most > 0 {
                let from = to_all.saturating_sub(i64::from(most).days());
                early.insert(0, Early { rank: tier.rank, tier: tier.name.clone(), from });
            }
        }
        Self { to_all, early }
    }

    /// From when members of a tier of this rank can have it.
    #[must_use]
    pub fn for_rank(&self, rank: i16) -> DateTime {
        self.early.iter().find(|early| early.rank <= rank).map_or(self.to_all, |early| early.from)
    }

    /// "for Gold members from 21 November 2026, 9:00, for all from 28 November 2026, 9:00".
    #[must_use]
    pub fn words(&self) -> String {
        let early = self.early.iter().map(|one| format!("for {} members from {}", one.tier, said(one.from)));
        let all = if self.early.is_empty() { "from" } else { "for all from" };
        early.chain([format!("{all} {}", said(self.to_all))]).collect::<Vec<_>>().join(", ")
    }
}

/// The instant of a local time; one that the clocks skip comes when they have been moved.
#[must_use]
pub fn instant(local: DateTime, zone: &TimeZone) -> Timestamp {
    local.to_zoned(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// "28 November 2026, 9:00".
#[must_use]
pub fn said(at: DateTime) -> String {
    at.strftime("%-d %B %Y, %-H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;
    use crate::domain::tier::tests::ladder;

    fn opening(days: [i16; 3]) -> Opening {
        let tiers = ladder().into_iter().zip(days).map(|(tier, early_days)| Tier { early_days, ..tier });
        Opening::of(datetime(2026, 3, 30, 9, 0, 0, 0), &tiers.collect::<Vec<_>>())
    }

    #[test]
    fn a_tier_with_early_days_comes_first_and_a_higher_one_never_later() {
        let words = "for gold members from 23 March 2026, 9:00, for all from 30 March 2026, 9:00";
        assert_eq!(opening([0, 0, 7]).words(), words);
        assert_eq!(opening([0, 0, 0]).words(), "from 30 March 2026, 9:00");
        let both = opening([0, 3, 0]);
        assert_eq!(both.for_rank(3), both.for_rank(2));
        assert_eq!(both.for_rank(1), both.to_all);
    }

    #[test]
    fn days_are_local_across_a_clock_change() {
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
        let gold = instant(opening([0, 0, 7]).for_rank(3), &zone);
        assert_eq!(gold.to_string(), "2026-03-23T08:00:00Z", "nine in winter; for all it is nine in summer");
    }
}

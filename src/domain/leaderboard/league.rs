//! Leagues: members compete in cohorts of their own league, and the first and last of each change leagues.

use serde::{Deserialize, Serialize};

/// How cohorts work on a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortTerms {
    /// The most members of a cohort.
    pub size: i16,
    /// How many of the first go up.
    pub promote: i16,
    /// How many of the last go down.
    pub demote: i16,
    pub leagues: i16,
}

impl Default for CohortTerms {
    fn default() -> Self {
        Self { size: 30, promote: 7, demote: 5, leagues: 5 }
    }
}

impl CohortTerms {
    /// The league after a period, for who stands at `place` (from 0) of a cohort with so many on the board.
    /// Whoever can go up does not go down, however small the cohort.
    #[must_use]
    pub fn league_after(&self, league: i16, place: usize, members: usize) -> i16 {
        let promote = usize::try_from(self.promote).unwrap_or_default();
        let demote = usize::try_from(self.demote).unwrap_or_default();
        let change = if place < promote {
            1
        } else if place + demote >= members {
            -1
        } else {
            0
        };
        (league + change).clamp(0, self.leagues - 1)
    }
}

/// What a league is called, from the lowest up.
#[must_use]
pub fn league_name(league: i16) -> &'static str {
    const NAMES: [&str; 10] =
        ["Copper", "Bronze", "Silver", "Gold", "Sapphire", "Ruby", "Emerald", "Amethyst", "Pearl", "Diamond"];
    usize::try_from(league).ok().and_then(|league| NAMES.get(league)).unwrap_or(&NAMES[9])
}

/// The segment of a cohort.
#[must_use]
pub fn cohort_key(league: i16, number: usize) -> String {
    format!("{league}-{number}")
}

/// The league that a cohort's segment names.
#[must_use]
pub fn league_of(segment: &str) -> Option<i16> {
    segment.split_once('-')?.0.parse().ok()
}

/// Whether a segment can be a cohort of one of so many leagues.
#[must_use]
pub fn is_cohort(segment: &str, leagues: i16) -> bool {
    let number = segment.split_once('-').and_then(|(_, number)| number.parse().ok());
    let named = league_of(segment).zip(number.filter(|number| *number > 0));
    named.is_some_and(|(league, number)| league < leagues && cohort_key(league, number) == segment)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_go_up_and_the_last_go_down() {
        let terms = CohortTerms::default();
        let after = |place| terms.league_after(2, place, 30);
        assert_eq!((after(0), after(6), after(7), after(24), after(25), after(29)), (3, 3, 2, 2, 1, 1));
        assert_eq!((terms.league_after(4, 0, 30), terms.league_after(0, 29, 30)), (4, 0));
        assert_eq!(terms.league_after(2, 0, 1), 3, "alone is first");
        assert_eq!(league_of(&cohort_key(3, 12)), Some(3));
        assert!(is_cohort("3-12", 4) && is_cohort("0-1", 1));
        for not in ["4-1", "-1-1", "1-0", "01-1", "1-x", "1", "", "Canal Street-1"] {
            assert!(!is_cohort(not, 4), "{not}");
        }
    }

    proptest! {
        /// A better place is never a lower league.
        #[test]
        fn a_better_place_never_costs(
            promote in 0_i16..15,
            demote in 0_i16..15,
            members in 1_usize..40,
            league in 0_i16..5,
        ) {
            let terms = CohortTerms { size: 30, promote, demote, leagues: 5 };
            let after = |place| terms.league_after(league, place, members);
            let after: Vec<i16> = (0..members).map(after).collect();
            prop_assert!(after.is_sorted_by(|a, b| a >= b));
        }
    }
}

//! Leaderboards: competition rank ("1224"), ordered by score, then by who reached it first.

pub mod board;
pub mod form;
pub mod league;
pub mod period;
pub mod tree;

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::MemberId;

/// The board of points earned, which every program begins with.
pub const POINTS: &str = "points";

/// Whether a member is on boards at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// As soon as they score.
    Listed,
    /// They left, and can come back.
    Left,
    /// Staff keep them off.
    KeptOff,
}

/// One place on a board, before it has a rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<Id> {
    pub member: Id,
    pub score: i64,
    pub reached_at: Timestamp,
}

/// Where a page of a board ends: the next goes on below it, wherever its member stands by then. Written as
/// score, microseconds since 1970 and member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Place {
    pub score: i64,
    pub reached_at: Timestamp,
    pub member: MemberId,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.score, self.reached_at.as_microsecond(), self.member)
    }
}

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut parts = text.splitn(3, '.');
            let score = parts.next()?.parse().ok()?;
            let reached_at = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
            Some(Self { score, reached_at, member: parts.next()?.parse().ok()? })
        };
        read().ok_or("no place on a board")
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl TryFrom<String> for Place {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// What is known of the first row of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Before {
    /// Members with a higher score than the first row's.
    pub higher: i64,
    /// Members with that very score, the first row among them.
    pub equal: i64,
}

/// Gives rows that are in order their ranks: equal scores share one and the next is skipped.
#[must_use]
pub fn ranks<Id>(rows: &[Standing<Id>], before: Before) -> Vec<i64> {
    let mut ranks: Vec<i64> = Vec::with_capacity(rows.len());
    let mut rank = before.higher + 1;
    // How many share the present rank: those of the first may stand on the page before.
    let mut sharing = before.equal;
    for group in rows.chunk_by(|a, b| a.score == b.score) {
        let size = i64::try_from(group.len()).unwrap_or(i64::MAX);
        if !ranks.is_empty() {
            rank += sharing;
            sharing = size;
        }
        ranks.extend(group.iter().map(|_| rank));
    }
    ranks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(score: i64) -> Standing<()> {
        Standing { member: (), score, reached_at: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn equal_scores_share_a_rank_and_the_next_is_skipped() {
        let before = Before { higher: 0, equal: 1 };
        assert_eq!(ranks(&[row(9), row(7), row(7), row(5)], before), vec![1, 2, 2, 4]);
        assert_eq!(ranks::<()>(&[], Before::default()), Vec::<i64>::new());
    }

    proptest! {
        /// Any page has the ranks that the whole board has there.
        #[test]
        fn a_page_ranks_as_the_whole_board_does(
            mut scores in prop::collection::vec(0_i64..8, 1..30),
            at in 0_usize..30,
        ) {
            scores.sort_unstable_by_key(|score| -score);
            let rows: Vec<_> = scores.iter().copied().map(row).collect();
            let count = |of: &dyn Fn(i64) -> bool| {
                i64::try_from(scores.iter().filter(|other| of(**other)).count()).expect("few")
            };
            let naive: Vec<i64> = scores.iter().map(|score| 1 + count(&|other| other > *score)).collect();
            let at = at % rows.len();
            for start in [0, at] {
                let first = rows[start].score;
                let before = Before { higher: naive[start] - 1, equal: count(&|other| other == first) };
                prop_assert_eq!(ranks(&rows[start..], before), naive[start..].to_vec());
            }
        }
    }
}

//! Leaderboards: competition rank ("1224"), ordered by score, then by who reached it first.

use jiff::{Timestamp, civil::Date};

use crate::domain::program::month_key;

/// The period of everything.
pub const ALL_TIME: &str = "all";

/// The board of points earned.
pub const POINTS: &str = "points";

/// The periods that a day counts for: its month and all time.
#[must_use]
pub fn periods(day: Date) -> [String; 2] {
    [month_key(day), ALL_TIME.to_owned()]
}

/// Whether the boards of months still take what belongs to `day`: a month that is over is frozen, and later
/// returns do not rewrite it.
#[must_use]
pub fn is_open(day: Date, today: Date) -> bool {
    month_key(day) >= month_key(today)
}

/// One place on a board, before it has a rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<Id> {
    pub member: Id,
    pub score: i64,
    pub reached_at: Timestamp,
}

/// What stands before the first row of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Before {
    /// Members with a higher score than the first row's.
    pub higher: i64,
    /// Members before the first row in the order of the board: those, and any that share its score.
    pub rows: i64,
}

/// Gives rows that are in order their ranks: equal scores share one and the next is skipped.
#[must_use]
pub fn ranks<Id>(rows: &[Standing<Id>], before: Before) -> Vec<i64> {
    let mut ranks: Vec<i64> = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let rank = match index.checked_sub(1).map(|previous| &rows[previous]) {
            None => before.higher + 1,
            Some(previous) if previous.score == row.score => ranks[index - 1],
            Some(_) => before.rows + i64::try_from(index).unwrap_or(i64::MAX) + 1,
        };
        ranks.push(rank);
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
        assert_eq!(ranks(&[row(9), row(7), row(7), row(5)], Before::default()), vec![1, 2, 2, 4]);
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
            let whole = ranks(&rows, Before::default());
            let above = |score: &i64| scores.iter().filter(|other| *other > score).count();
            let naive: Vec<i64> =
                scores.iter().map(|score| 1 + i64::try_from(above(score)).expect("few")).collect();
            prop_assert_eq!(&whole, &naive);
            let at = at % rows.len();
            let before = Before { higher: naive[at] - 1, rows: i64::try_from(at).expect("few") };
            prop_assert_eq!(ranks(&rows[at..], before), whole[at..].to_vec());
        }
    }
}

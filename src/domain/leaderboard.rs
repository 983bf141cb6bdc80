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

/// One place on a board, before it has a rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<Id> {
    pub member: Id,
    pub score: i64,
    pub reached_at: Timestamp,
}

/// Gives rows that are in order their ranks: equal scores share one and the next is skipped. `above` is how many
/// stand higher than the first row's score.
#[must_use]
pub fn ranks<Id>(rows: &[Standing<Id>], above: i64) -> Vec<i64> {
    let mut ranks: Vec<i64> = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let rank = match index.checked_sub(1).map(|before| &rows[before]) {
            Some(before) if before.score == row.score => ranks[index - 1],
            _ => above + i64::try_from(index).unwrap_or(i64::MAX) + 1,
        };
        ranks.push(rank);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_share_a_rank_and_the_next_is_skipped() {
        let row = |score| Standing { member: (), score, reached_at: Timestamp::UNIX_EPOCH };
        assert_eq!(ranks(&[row(9), row(7), row(7), row(5)], 0), vec![1, 2, 2, 4]);
        assert_eq!(ranks(&[row(7), row(7), row(5)], 11), vec![12, 12, 14]);
        assert_eq!(ranks::<()>(&[], 3), Vec::<i64>::new());
    }
}

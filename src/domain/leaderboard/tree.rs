//! The digit tree that makes a rank the sum of a few short ranges.
//!
//! A score is a number to the base 64. At level 0 a node is the score itself, at level 1 the score without
//! its last digit, and so on; each node counts the members below it. Who is better than a score differs from
//! it first in some digit: at that level they are under a greater sibling, and siblings are 63 at most.
//!
//! Every score is counted on four levels, which is all there is to it below 16,777,216. A higher one is
//! counted on as many levels as it has digits, so nothing is ever clamped below `MAX_SCORE` and a board pays
//! for high scores only where it has them: each further digit costs one more counter and one more range.
//! `src/server/leaderboards/store/` does the same in SQL; a test holds both equal.

/// A digit has 64 values.
const BITS: u32 = 6;

/// The levels that every score is counted on.
const ALWAYS: u32 = 4;

/// The most levels that a score may have.
pub const LEVELS: u32 = 10;

/// The highest score that a board keeps: ten digits.
pub const MAX_SCORE: i64 = (1 << (BITS * LEVELS)) - 1;

/// Nodes of one level between two others, both left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub level: u32,
    pub above: i64,
    pub below: i64,
}

/// The nodes that count a score, as level and node.
pub fn nodes(score: i64) -> impl Iterator<Item = (u32, i64)> {
    (0..LEVELS)
        .map(move |level| (level, score >> (BITS * level)))
        .filter(|(level, node)| *level < ALWAYS || *node > 0)
}

/// Where to count for the number of members with a higher score.
pub fn ranges(score: i64) -> impl Iterator<Item = Range> {
    (0..LEVELS).map(move |level| {
        let above = score >> (BITS * level);
        Range { level, above, below: ((above >> BITS) + 1) << BITS }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn rank(tree: &BTreeMap<(u32, i64), i64>, score: i64) -> i64 {
        let sum = |range: Range| -> i64 {
            let from = (range.level, range.above + 1);
            tree.range(from..(range.level, range.below)).map(|(_, count)| count).sum()
        };
        1 + ranges(score).map(sum).sum::<i64>()
    }

    fn scores() -> impl Strategy<Value = Vec<i64>> {
        let score = prop_oneof![1_i64..50, 1_i64..5_000, 1_i64..40_000_000, 1_i64..=MAX_SCORE];
        prop::collection::vec(score, 1..60)
    }

    proptest! {
        #[test]
        fn the_tree_ranks_as_counting_does(
            scores in scores(),
            moves in prop::collection::vec((0_usize..60, 1_i64..70_000), 0..30),
        ) {
            let mut scores = scores;
            let mut tree = BTreeMap::new();
            let mut step = |score: i64, by: i64| {
                for node in nodes(score) { *tree.entry(node).or_insert(0) += by; }
            };
            for score in &scores { step(*score, 1); }
            for (at, to) in moves {
                let at = at % scores.len();
                step(scores[at], -1);
                step(to, 1);
                scores[at] = to;
            }
            for score in scores.iter().chain(&[1, 63, 64, 16_777_215, 16_777_216, MAX_SCORE]) {
                let higher = scores.iter().filter(|other| *other > score).count();
                let naive = 1 + i64::try_from(higher).expect("few");
                prop_assert_eq!(rank(&tree, *score), naive);
            }
            // Everybody is above nothing.
            prop_assert_eq!(rank(&tree, 0) - 1, i64::try_from(scores.len()).expect("few"));
        }

        #[test]
        fn a_range_is_at_most_63_nodes(score in 0_i64..=MAX_SCORE) {
            prop_assert!(ranges(score).all(|range| range.below - range.above <= 64));
            prop_assert!(nodes(score).count() >= 4);
        }
    }
}

//! The digit tree that makes a rank the sum of a few numbers.
//!
//! A score is a number to the base 64. At level 0 a node stands for scores that differ in their last digit
//! alone, at level 1 for those that differ in the last two, and so on. A node has 64 children, one for each
//! digit, and knows of each how many members are under it or under a later one. Who is better than a score
//! differs from it first in some digit: at that level they are under a later child of the same node, so the
//! rank is 1 + one number from each level.
//!
//! Every score is counted on four levels, which is all there is to it below 16,777,216. A higher one is
//! counted on as many levels as it has digits, so nothing is ever clamped below `MAX_SCORE` and a board pays
//! for high scores only where it has them: each further digit costs one more node.
//! `src/server/leaderboards/store/` does the same in SQL; a test holds both equal.

/// A digit has 64 values.
const BITS: u32 = 6;

/// How many children a node has.
pub const CHILDREN: usize = 1 << BITS;

/// The levels that every score is counted on.
const ALWAYS: u32 = 4;

/// The most levels that a score may have.
pub const LEVELS: u32 = 10;

/// The highest score that a board keeps: ten digits.
pub const MAX_SCORE: i64 = (1 << (BITS * LEVELS)) - 1;

/// Where a score is in the tree on one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub level: u32,
    /// The score without its last `level + 1` digits.
    pub node: i64,
    /// The child of the node.
    pub digit: usize,
}

/// Where to look for the members with a higher score: on each level those under a later child.
pub fn path(score: i64) -> impl Iterator<Item = Step> {
    (0..LEVELS).map(move |level| {
        let children = score >> (BITS * level);
        let digit = usize::try_from(children).unwrap_or_default() % CHILDREN;
        Step { level, node: children >> BITS, digit }
    })
}

/// Where a score is counted.
pub fn counted(score: i64) -> impl Iterator<Item = Step> {
    path(score).filter(|step| step.level < ALWAYS || step.node > 0 || step.digit > 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// How many are under each child of a node, or under a later one.
    type Tree = BTreeMap<(u32, i64), [i64; CHILDREN]>;

    fn rank(tree: &Tree, score: i64) -> i64 {
        let later = |step: Step| tree.get(&(step.level, step.node))?.get(step.digit + 1).copied();
        1 + path(score).filter_map(later).sum::<i64>()
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
            let mut tree = Tree::new();
            let mut step = |score: i64, by: i64| {
                for step in counted(score) {
                    let node = tree.entry((step.level, step.node)).or_insert([0; CHILDREN]);
                    for at_least in &mut node[..=step.digit] { *at_least += by; }
                }
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
        fn a_path_spells_its_score(score in 0_i64..=MAX_SCORE) {
            let value = |step: Step| i64::try_from(step.digit).expect("small") << (BITS * step.level);
            prop_assert_eq!(path(score).map(value).sum::<i64>(), score);
            prop_assert!(path(score).all(|step| step.node == score >> (BITS * (step.level + 1))));
            prop_assert!(counted(score).count() >= 4);
        }
    }
}

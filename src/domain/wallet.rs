//! Kinds of wallets: redeemable points, and whatever else a program counts in a unit of its own.

use serde::{Deserialize, Serialize};

use crate::domain::{expiry::Expiry, points::grouped};

/// The wallet that every member has: what purchases earn and rewards cost.
pub const POINTS: &str = "points";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletKind {
    /// Its short name: `points`.
    pub wallet: String,
    pub name: String,
    /// One and many of its unit: star, stars.
    pub unit_one: String,
    pub unit_many: String,
    /// What can't be spent only counts.
    pub spendable: bool,
    pub expiry: Expiry,
}

impl WalletKind {
    /// A number of its unit, in words: "1,200 stars".
    #[must_use]
    pub fn counted(&self, number: i64) -> String {
        let unit = if number.abs() == 1 { &self.unit_one } else { &self.unit_many };
        format!("{} {unit}", grouped(number))
    }
}

/// The rate of a transfer: so many of one unit become so many of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub from: i64,
    pub to: i64,
}

impl Rate {
    /// What `points` become. `None` when that is not a whole number, or is nothing: nothing is rounded away.
    #[must_use]
    pub fn convert(self, points: i64) -> Option<i64> {
        let product = points.checked_mul(self.to)?;
        (points > 0 && product % self.from == 0).then_some(product / self.from)
    }

    /// The fewest that can be moved; every move is a multiple of it.
    #[must_use]
    pub fn step(self) -> i64 {
        let (mut a, mut b) = (self.from, self.to);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        self.from / a
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_moves_whole_units_and_loses_nothing() {
        let rate = Rate { from: 100, to: 3 };
        assert_eq!(
            [100, 200, 50, 0, -100].map(|points| rate.convert(points)),
            [Some(3), Some(6), None, None, None]
        );
        assert_eq!(rate.convert(i64::MAX), None);
        let half = Rate { from: 100, to: 50 };
        assert_eq!((half.step(), half.convert(half.step()), half.convert(3)), (2, Some(1), None));
        assert_eq!(Rate { from: 2, to: 1_000 }.convert(1), Some(500));
    }
}

//! How a tier is earned, in words: what counts, how much of it, and over which days. Pages, reasons in the
//! history and falls say it alike.

use super::{
    Tier,
    policy::{Basis, TierPolicy, Window},
};
use crate::domain::{
    points::grouped,
    words::{Currency, counted, points},
};

impl TierPolicy {
    /// "1,320 points", "€1,320.00".
    #[must_use]
    pub fn amount(self, value: i64, currency: &Currency) -> String {
        match self.basis {
            Basis::Points => points(value),
            Basis::Spend => currency.money(value),
        }
    }

    /// The same without its unit, where that is said beside it: "1,320".
    #[must_use]
    pub fn bare(self, value: i64, currency: &Currency) -> String {
        match self.basis {
            Basis::Points => grouped(value),
            Basis::Spend => currency.money(value),
        }
    }

    /// "in 12 months", "in the calendar year".
    #[must_use]
    pub fn over(self) -> String {
        match self.window {
            Window::Rolling(months) => format!("in {}", counted(i64::from(months), "month", "months")),
            Window::CalendarYear => "in the calendar year".to_owned(),
            Window::Anniversary => "in the year since the day of joining".to_owned(),
            Window::Lifetime => "in all".to_owned(),
        }
    }

    /// "earned in 12 months", "spent in all".
    #[must_use]
    pub fn counts(self) -> String {
        let how = match self.basis {
            Basis::Points => "earned",
            Basis::Spend => "spent",
        };
        format!("{how} {}", self.over())
    }

    /// What a tier takes: "800 points in 12 months", "€150.00 spent in the calendar year".
    #[must_use]
    pub fn enough(self, tier: &Tier, currency: &Currency) -> String {
        let amount = self.amount(tier.threshold, currency);
        match self.basis {
            Basis::Points => format!("{amount} {}", self.over()),
            Basis::Spend => format!("{amount} {}", self.counts()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tier::tests::ladder;

    #[test]
    fn what_a_tier_takes_is_told_by_its_basis_and_its_window() {
        let currency = Currency { code: "EUR".to_owned(), digits: 2 };
        let told = |basis, window| {
            let policy = TierPolicy { basis, window, ..TierPolicy::default() };
            policy.enough(&ladder()[1], &currency)
        };
        assert_eq!(told(Basis::Points, Window::Rolling(12)), "800 points in 12 months");
        assert_eq!(told(Basis::Points, Window::Rolling(1)), "800 points in 1 month");
        assert_eq!(told(Basis::Points, Window::Lifetime), "800 points in all");
        assert_eq!(told(Basis::Spend, Window::CalendarYear), "€8.00 spent in the calendar year");
        let joined = "€8.00 spent in the year since the day of joining";
        assert_eq!(told(Basis::Spend, Window::Anniversary), joined);
    }
}

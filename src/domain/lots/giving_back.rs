//! A spend that is cancelled: its points go back to the lots they came from.

use jiff::Timestamp;

use super::{Account, Allocation, Terms, at_most};
use crate::domain::ledger::{Balances, Draft, Negative};

impl Account {
    /// Gives points of a cancelled spend back to their lots; what has expired meanwhile becomes a lot of its
    /// own that lasts until `grace_until`. Debt is paid first. `draft.delta` is overwritten. Settle before.
    pub fn give_back(
        &mut self,
        mut draft: Draft,
        taken: &[Allocation],
        grace_until: Timestamp,
        now: Timestamp,
    ) -> Result<(), Negative> {
        let points: i64 = taken.iter().map(|allocation| allocation.points).sum();
        let mut expired = 0;
        for allocation in taken {
            let lot = self.index_of(allocation.lot_no);
            match lot.filter(|lot| self.lots[*lot].expires_at.is_none_or(|at| at > now)) {
                Some(lot) => self.take(lot, -allocation.points),
                None => expired += allocation.points,
            }
        }
        if expired > 0 {
            self.open_lot(expired, Terms { activates_at: now, expires_at: Some(grace_until) }, true);
        }
        self.keep_alive(now);
        // Nothing was spendable while there was a debt, so what pays it is what has just come back.
        let paid = points.min(self.wallet.balances.debt);
        self.take_all(&at_most(&self.lots, paid, now));
        draft.delta = Balances { available: points - paid, debt: -paid, ..Balances::default() };
        self.record(draft, now)
    }
}

//! What was earned with a purchase that is returned: its points are taken back.

use jiff::Timestamp;

use super::{Account, at_most};
use crate::domain::ledger::{Balances, Contra, Draft, Negative};

/// Where the points that were taken back came from; the four add up to what was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// What was left of the purchase's own lot, spendable or pending.
    pub from_lot: i64,
    /// What the member had from elsewhere, in the order of spends.
    pub from_others: i64,
    /// What had expired before: it was taken then, and is not taken twice.
    pub lapsed: i64,
    /// What was spent before, and is owed now.
    pub debt: i64,
}

impl Account {
    /// Takes points of an accrual back: what remains of its lot, then what of it has expired, then other
    /// lots in the order of spends; the rest becomes debt. Pending points of other lots and held points stay
    /// where they are. `draft` is a reversal; its delta is overwritten. Settle before.
    ///
    /// Points that had expired are given back by an entry of their own (contra `expired`) before the return
    /// takes them (contra of the draft), so that a lot's points never count as both.
    pub fn take_back(
        &mut self,
        mut draft: Draft,
        lot_no: i64,
        points: i64,
        now: Timestamp,
    ) -> Result<TakenBack, Negative> {
        let lot = self.index_of(lot_no);
        let (remaining, lapsed) = lot.map_or((0, 0), |lot| (self.lots[lot].remaining, self.lots[lot].lapsed));
        let mut taken = TakenBack { from_lot: points.min(remaining), ..TakenBack::default() };
        taken.lapsed = (points - taken.from_lot).min(lapsed);
        let mut delta = Balances::default();
        if let Some(lot) = lot {
            self.restore_lapsed(lot, taken.lapsed, &draft, now)?;
            self.take(lot, taken.from_lot + taken.lapsed);
            let side = if self.lots[lot].activated { &mut delta.available } else { &mut delta.pending };
            *side -= taken.from_lot + taken.lapsed;
        }
        let others = at_most(&self.lots, points - taken.from_lot - taken.lapsed, now);
        taken.from_others = others.iter().map(|allocation| allocation.points).sum();
        taken.debt = points - taken.from_lot - taken.lapsed - taken.from_others;
        self.take_all(&others);
        delta.available -= taken.from_others;
        delta.debt = taken.debt;
        draft.delta = delta;
        self.record(draft, now)?;
        Ok(taken)
    }

    fn restore_lapsed(
        &mut self,
        lot: usize,
        points: i64,
        draft: &Draft,
        now: Timestamp,
    ) -> Result<(), Negative> {
        if points == 0 {
            return Ok(());
        }
        self.take(lot, -points);
        self.lots[lot].lapsed -= points;
        let (contra, delta) = (Contra::Expired, Balances::available(points));
        self.record(Draft { contra, delta, trace: None, ..draft.clone() }, now)
    }
}

//! Points that are set aside: a hold takes them out of what can be spent until it is captured, released or
//! its time is over. What it holds does not expire meanwhile; what it releases expires if its time has come.

use jiff::Timestamp;

use super::{Account, Allocation, allocate, at_most};
use crate::domain::{
    ids::HoldId,
    ledger::{Balances, Contra, Draft, Kind, Negative},
};

/// A hold that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub hold_id: HoldId,
    /// When it ends by itself; half-open: from then it is no more.
    pub expires_at: Timestamp,
    /// Whose points it holds, in the order of spends.
    pub taken: Vec<Allocation>,
    /// The entry that set them aside.
    pub entry_no: i64,
}

/// How a hold ended: so many points were captured, the others can be spent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub hold_id: HoldId,
    pub captured: i64,
    pub at: Timestamp,
}

impl Hold {
    #[must_use]
    pub fn points(&self) -> i64 {
        self.taken.iter().map(|allocation| allocation.points).sum()
    }
}

impl Account {
    /// Sets points aside, from the lots that expire first. `draft` is a hold; its delta is overwritten.
    /// Settle before.
    pub fn hold(
        &mut self,
        mut draft: Draft,
        hold_id: HoldId,
        points: i64,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Negative> {
        let taken = allocate(&self.lots, points, now).ok_or(Negative)?;
        for allocation in &taken {
            self.set_aside(allocation.lot_no, allocation.points);
        }
        draft.delta = Balances { available: -points, held: points, ..Balances::default() };
        let entry_no = self.wallet.version + 1;
        self.holds.push(Hold { hold_id, expires_at, taken, entry_no });
        self.held.push(hold_id);
        self.keep_alive(now);
        self.record(draft, now)
    }

    /// Moves points of a lot to what is held of it, or back below zero.
    fn set_aside(&mut self, lot_no: i64, points: i64) {
        if let Some(index) = self.index_of(lot_no) {
            let lot = &mut self.lots[index];
            lot.remaining -= points;
            lot.held += points;
            self.touched.push(lot_no);
        }
    }

    /// Spends `points` of a hold, those that expire first; the rest can be spent again. `draft` is the spend;
    /// its delta is overwritten. Settle before. `Negative` when there is no such hold, or it holds less.
    pub fn capture(
        &mut self,
        mut draft: Draft,
        hold_id: HoldId,
        points: i64,
        now: Timestamp,
    ) -> Result<(), Negative> {
        let index = self.holds.iter().position(|hold| hold.hold_id == hold_id).ok_or(Negative)?;
        if points < 1 || points > self.holds[index].points() {
            return Err(Negative);
        }
        let mut hold = self.holds.remove(index);
        let mut missing = points;
        for allocation in &mut hold.taken {
            let captured = missing.min(allocation.points);
            self.set_aside(allocation.lot_no, -captured);
            if let Some(lot) = self.index_of(allocation.lot_no) {
                self.take(lot, captured);
            }
            allocation.points -= captured;
            missing -= captured;
        }
        draft.delta = Balances { held: -points, ..Balances::default() };
        self.keep_alive(now);
        self.record(draft, now)?;
        self.ended.push(Ended { hold_id, captured: points, at: now });
        self.free(&hold, now, now)?;
        self.settle(now)
    }

    /// Lets go of a hold: its points can be spent again. Settle before. `Negative` when there is none.
    pub fn release(&mut self, hold_id: HoldId, now: Timestamp) -> Result<(), Negative> {
        let index = self.holds.iter().position(|hold| hold.hold_id == hold_id).ok_or(Negative)?;
        self.end_hold(index, now, now)?;
        self.settle(now)
    }

    /// Ends a hold of which nothing was captured.
    pub(super) fn end_hold(&mut self, index: usize, due: Timestamp, now: Timestamp) -> Result<(), Negative> {
        let hold = self.holds.remove(index);
        self.ended.push(Ended { hold_id: hold.hold_id, captured: 0, at: due });
        self.free(&hold, due, now)
    }

    /// Gives what a hold still has back to its lots; debt is paid first.
    fn free(&mut self, hold: &Hold, due: Timestamp, now: Timestamp) -> Result<(), Negative> {
        let points = hold.points();
        if points == 0 {
            return Ok(());
        }
        for allocation in &hold.taken {
            self.set_aside(allocation.lot_no, -allocation.points);
        }
        // Nothing is spendable while there is a debt, so what pays it is what was just set free and is alive.
        let paying = at_most(&self.lots, self.wallet.balances.debt.min(points), due);
        let paid: i64 = paying.iter().map(|allocation| allocation.points).sum();
        self.take_all(&paying);
        let delta = Balances { available: points - paid, held: -points, debt: -paid, ..Balances::default() };
        self.post(Kind::Release, delta, Contra::Own, due, now)
    }
}

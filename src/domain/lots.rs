//! Lots: the points of one accrual, with when they become spendable and when they expire. A spend takes what
//! expires first. Every operation first settles what is due, so a late background job is never visible.
//!
//! What changes a lot is told by allocations: a lot has what it was made with, less its allocations. Nobody
//! who owes points can spend: whatever becomes spendable pays the debt first.

mod giving_back;
mod giving_up;
mod holding;
mod settling;
mod taking_back;

pub use holding::{Ended, Hold};
pub use taking_back::TakenBack;

use jiff::Timestamp;

use crate::domain::{
    expiry::Inactivity,
    ids::HoldId,
    ledger::{Balances, Draft, Entry, Negative, Wallet},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// The number of the accrual's entry.
    pub lot_no: i64,
    pub amount: i64,
    /// What can be spent, or will be when the lot is activated.
    pub remaining: i64,
    /// What is set aside by holds.
    pub held: i64,
    pub activates_at: Timestamp,
    pub activated: bool,
    pub expires_at: Option<Timestamp>,
    /// Points that expired and that no return has asked for since.
    pub lapsed: i64,
}

/// How many points of which lot an entry used. Below zero: how many it gave back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    pub lot_no: i64,
    pub points: i64,
}

/// What an accrual is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub activates_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// A wallet with the lots that an operation needs; it remembers what it changed.
#[derive(Debug, Clone)]
pub struct Account {
    pub wallet: Wallet,
    pub lots: Vec<Lot>,
    /// The holds that stand.
    pub holds: Vec<Hold>,
    pub entries: Vec<Entry>,
    pub allocations: Vec<(i64, Allocation)>,
    /// Holds that were made here, and holds that came to an end here.
    pub held: Vec<HoldId>,
    pub ended: Vec<Ended>,
    /// The wallet's points last as long as the member does something, where that is its policy.
    pub inactivity: Option<Inactivity>,
    touched: Vec<i64>,
    /// When lots are not loaded because none is due: when the first of them will be.
    due_elsewhere: Option<Timestamp>,
}

impl Account {
    /// A wallet with all of its lots that have points left, or held.
    #[must_use]
    pub fn new(wallet: Wallet, lots: Vec<Lot>) -> Self {
        Self {
            wallet,
            lots,
            holds: Vec::new(),
            entries: Vec::new(),
            allocations: Vec::new(),
            held: Vec::new(),
            ended: Vec::new(),
            inactivity: None,
            touched: Vec::new(),
            due_elsewhere: None,
        }
    }

    /// A wallet whose lots were left where they are: enough to earn when nothing is due, not to spend.
    #[must_use]
    pub fn without_lots(wallet: Wallet) -> Self {
        let due_elsewhere = wallet.next_due;
        Self { due_elsewhere, ..Self::new(wallet, Vec::new()) }
    }

    /// The lots that were made or changed and must be written.
    pub fn touched_lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter().filter(|lot| self.touched.contains(&lot.lot_no))
    }

    /// The member did something: where points lapse by inactivity, their time begins again.
    fn keep_alive(&mut self, now: Timestamp) {
        if let Some(inactivity) = &self.inactivity {
            self.wallet.lapses_at = Some(inactivity.lapses_at(now));
        }
    }

    /// Takes points out of a lot, or gives them back below zero, in the name of the entry posted next.
    fn take(&mut self, index: usize, points: i64) {
        let (entry_no, lot) = (self.wallet.version + 1, &mut self.lots[index]);
        lot.remaining -= points;
        let lot_no = lot.lot_no;
        self.touched.push(lot_no);
        self.allocate_to(entry_no, Allocation { lot_no, points });
    }

    /// One allocation for each entry and lot, none of nothing.
    fn allocate_to(&mut self, entry_no: i64, new: Allocation) {
        let same = |(entry, old): &&mut (i64, Allocation)| (*entry, old.lot_no) == (entry_no, new.lot_no);
        match self.allocations.iter_mut().find(same) {
            Some((_, old)) => {
                old.points += new.points;
                self.allocations.retain(|(_, allocation)| allocation.points != 0);
            }
            None if new.points == 0 => {}
            None => self.allocations.push((entry_no, new)),
        }
    }

    fn index_of(&self, lot_no: i64) -> Option<usize> {
        self.lots.iter().position(|lot| lot.lot_no == lot_no)
    }

    /// A lot that the entry that is posted next makes.
    fn open_lot(&mut self, points: i64, terms: Terms, activated: bool) -> usize {
        let Terms { activates_at, expires_at } = terms;
        let lot_no = self.wallet.version + 1;
        let (amount, remaining, held, lapsed) = (points, points, 0, 0);
        self.lots.push(Lot { lot_no, amount, remaining, held, activates_at, activated, expires_at, lapsed });
        self.touched.push(lot_no);
        self.lots.len() - 1
    }

    /// Adds points as a lot of their own. `draft.delta` is overwritten: what is due later is pending, debt is
    /// paid first, but not with points that have expired already.
    pub fn accrue(
        &mut self,
        mut draft: Draft,
        points: i64,
        terms: Terms,
        now: Timestamp,
    ) -> Result<(), Negative> {
        let activated = terms.activates_at <= now;
        let pays = activated && terms.expires_at.is_none_or(|at| at > now);
        let paid = if pays { points.min(self.wallet.balances.debt) } else { 0 };
        draft.delta = if activated {
            Balances { available: points - paid, debt: -paid, ..Balances::default() }
        } else {
            Balances { pending: points, ..Balances::default() }
        };
        if points > 0 {
            let lot = self.open_lot(points, terms, activated);
            self.take(lot, paid);
        }
        self.keep_alive(now);
        self.record(draft, now)
    }

    /// Takes points from the lots that expire first. `draft.delta` is overwritten. Settle before.
    pub fn spend(&mut self, mut draft: Draft, points: i64, now: Timestamp) -> Result<(), Negative> {
        let taken = allocate(&self.lots, points, now).ok_or(Negative)?;
        draft.delta = Balances::available(-points);
        self.take_all(&taken);
        self.keep_alive(now);
        self.record(draft, now)
    }

    fn take_all(&mut self, taken: &[Allocation]) {
        for allocation in taken {
            if let Some(lot) = self.index_of(allocation.lot_no) {
                self.take(lot, allocation.points);
            }
        }
    }

    fn record(&mut self, draft: Draft, now: Timestamp) -> Result<(), Negative> {
        self.entries.push(self.wallet.post(draft, now)?);
        self.renew_next_due();
        Ok(())
    }
}

/// Chooses the lots of a spend: earliest expiry first, ties by activation, then by number. `None` when there
/// are too few.
#[must_use]
pub fn allocate(lots: &[Lot], points: i64, now: Timestamp) -> Option<Vec<Allocation>> {
    let taken = at_most(lots, points, now);
    (taken.iter().map(|allocation| allocation.points).sum::<i64>() == points).then_some(taken)
}

/// The same, with what there is.
fn at_most(lots: &[Lot], points: i64, now: Timestamp) -> Vec<Allocation> {
    let spendable =
        |lot: &&Lot| lot.activated && lot.remaining > 0 && lot.expires_at.is_none_or(|expiry| expiry > now);
    let mut open: Vec<&Lot> = lots.iter().filter(spendable).collect();
    open.sort_by_key(|lot| (lot.expires_at.unwrap_or(Timestamp::MAX), lot.activates_at, lot.lot_no));
    let mut missing = points;
    let mut taken = Vec::new();
    for lot in open {
        if missing == 0 {
            break;
        }
        let points = lot.remaining.min(missing);
        taken.push(Allocation { lot_no: lot.lot_no, points });
        missing -= points;
    }
    taken
}

#[cfg(test)]
mod tests;

//! Lots: the points of one accrual, with when they become spendable and when they expire. A spend takes what
//! expires first. Every operation first settles what is due, so a late background job is never visible.

use jiff::Timestamp;

use crate::domain::ledger::{Balances, Contra, Draft, Entry, Kind, Negative, Wallet};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// The number of the accrual's entry.
    pub lot_no: i64,
    pub amount: i64,
    pub remaining: i64,
    pub activates_at: Timestamp,
    pub activated: bool,
    pub expires_at: Option<Timestamp>,
}

/// How many points of which lot a spend used.
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

/// A wallet with the lots that an operation needs; it remembers which lots it changed.
#[derive(Debug, Clone)]
pub struct Account {
    pub wallet: Wallet,
    pub lots: Vec<Lot>,
    pub entries: Vec<Entry>,
    pub allocations: Vec<(i64, Allocation)>,
    touched: Vec<i64>,
    /// When lots are not loaded because none is due: when the first of them will be.
    due_elsewhere: Option<Timestamp>,
}

impl Account {
    /// A wallet with all of its lots that have points left.
    #[must_use]
    pub fn new(wallet: Wallet, lots: Vec<Lot>) -> Self {
        let (entries, allocations, touched) = (Vec::new(), Vec::new(), Vec::new());
        Self { wallet, lots, entries, allocations, touched, due_elsewhere: None }
    }

    /// A wallet whose lots were left where they are: enough to earn when nothing is due, not to spend.
    #[must_use]
    pub fn without_lots(wallet: Wallet) -> Self {
        let due_elsewhere = wallet.next_due;
        Self { due_elsewhere, ..Self::new(wallet, Vec::new()) }
    }

    fn renew_next_due(&mut self) {
        let loaded = self.next_due_lot().map(|(due, _)| due);
        self.wallet.next_due = [loaded, self.due_elsewhere].into_iter().flatten().min();
    }

    /// The lots that were made or changed and must be written.
    pub fn touched_lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter().filter(|lot| self.touched.contains(&lot.lot_no))
    }

    /// Activates and expires everything that is due, in the order in which it fell due.
    pub fn settle(&mut self, now: Timestamp) -> Result<(), Negative> {
        while let Some((due, lot)) = self.next_due_lot().filter(|(due, _)| *due <= now) {
            if self.lots[lot].activated { self.expire(lot, due, now)? } else { self.activate(lot, due, now)? }
        }
        self.renew_next_due();
        Ok(())
    }

    fn next_due_lot(&self) -> Option<(Timestamp, usize)> {
        let due = |lot: &Lot| match (lot.activated, lot.remaining) {
            (_, 0) => None,
            (false, _) => Some(lot.activates_at),
            (true, _) => lot.expires_at,
        };
        let open = self.lots.iter().enumerate().filter_map(|(index, lot)| due(lot).map(|at| (at, index)));
        open.min_by_key(|(at, index)| (*at, self.lots[*index].lot_no))
    }

    fn activate(&mut self, index: usize, due: Timestamp, now: Timestamp) -> Result<(), Negative> {
        let points = self.lots[index].remaining;
        let paid = points.min(self.wallet.balances.debt);
        let delta =
            Balances { available: points - paid, pending: -points, debt: -paid, ..Balances::default() };
        self.post(Kind::Activation, delta, Contra::Own, due, now)?;
        let lot = &mut self.lots[index];
        lot.activated = true;
        lot.remaining -= paid;
        let lot_no = lot.lot_no;
        self.touched.push(lot_no);
        Ok(())
    }

    fn expire(&mut self, index: usize, due: Timestamp, now: Timestamp) -> Result<(), Negative> {
        let lot = &mut self.lots[index];
        let (lot_no, points) = (lot.lot_no, lot.remaining);
        lot.remaining = 0;
        self.touched.push(lot_no);
        self.post(Kind::Expiration, Balances::available(-points), Contra::Expired, due, now)?;
        self.allocations.push((self.wallet.version, Allocation { lot_no, points }));
        Ok(())
    }

    fn post(
        &mut self,
        kind: Kind,
        delta: Balances,
        contra: Contra,
        effective_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Negative> {
        let draft = Draft { kind, delta, contra, effective_at, document: None, reason: None, trace: None };
        self.entries.push(self.wallet.post(draft, now)?);
        Ok(())
    }

    /// Adds points as a lot of their own. `draft.delta` is overwritten: what is due later is pending, debt is
    /// paid first.
    pub fn accrue(
        &mut self,
        mut draft: Draft,
        points: i64,
        terms: Terms,
        now: Timestamp,
    ) -> Result<(), Negative> {
        let activated = terms.activates_at <= now;
        let paid = if activated { points.min(self.wallet.balances.debt) } else { 0 };
        draft.delta = if activated {
            Balances { available: points - paid, debt: -paid, ..Balances::default() }
        } else {
            Balances { pending: points, ..Balances::default() }
        };
        let entry = self.wallet.post(draft, now)?;
        let lot_no = entry.entry_no;
        self.entries.push(entry);
        if points > 0 {
            let Terms { activates_at, expires_at } = terms;
            self.lots.push(Lot {
                lot_no,
                amount: points,
                remaining: points - paid,
                activates_at,
                activated,
                expires_at,
            });
            self.touched.push(lot_no);
        }
        self.renew_next_due();
        Ok(())
    }

    /// Takes points from the lots that expire first. `draft.delta` is overwritten. Settle before.
    pub fn spend(&mut self, mut draft: Draft, points: i64, now: Timestamp) -> Result<(), Negative> {
        let taken = allocate(&self.lots, points, now).ok_or(Negative)?;
        draft.delta = Balances::available(-points);
        let entry = self.wallet.post(draft, now)?;
        for allocation in taken {
            if let Some(lot) = self.lots.iter_mut().find(|lot| lot.lot_no == allocation.lot_no) {
                lot.remaining -= allocation.points;
            }
            self.touched.push(allocation.lot_no);
            self.allocations.push((entry.entry_no, allocation));
        }
        self.entries.push(entry);
        self.renew_next_due();
        Ok(())
    }

    /// Gives points of a cancelled spend back to their lots; what has expired meanwhile becomes a lot of its
    /// own that lasts until `grace_until`. `draft.delta` is overwritten.
    pub fn give_back(
        &mut self,
        mut draft: Draft,
        taken: &[Allocation],
        grace_until: Timestamp,
        now: Timestamp,
    ) -> Result<(), Negative> {
        let alive = |lot: &Lot| lot.expires_at.is_none_or(|at| at > now);
        let points: i64 = taken.iter().map(|allocation| allocation.points).sum();
        let mut expired = 0;
        for allocation in taken {
            match self.lots.iter_mut().find(|lot| lot.lot_no == allocation.lot_no).filter(|lot| alive(lot)) {
                Some(lot) => {
                    lot.remaining += allocation.points;
                    self.touched.push(allocation.lot_no);
                }
                None => expired += allocation.points,
            }
        }
        draft.delta = Balances::available(points);
        let entry = self.wallet.post(draft, now)?;
        if expired > 0 {
            let (lot_no, amount) = (entry.entry_no, expired);
            let expires_at = Some(grace_until);
            self.lots.push(Lot {
                lot_no,
                amount,
                remaining: amount,
                activates_at: now,
                activated: true,
                expires_at,
            });
            self.touched.push(lot_no);
        }
        self.entries.push(entry);
        self.renew_next_due();
        Ok(())
    }
}

/// Chooses the lots of a spend: earliest expiry first, ties by activation, then by number. `None` when there
/// are too few.
#[must_use]
pub fn allocate(lots: &[Lot], points: i64, now: Timestamp) -> Option<Vec<Allocation>> {
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
    (missing == 0).then_some(taken)
}

#[cfg(test)]
mod tests;

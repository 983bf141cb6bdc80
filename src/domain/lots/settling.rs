//! What falls due by itself: activations, expiries, holds that end, and points that lapse because nothing
//! happened. Everything is done in the order in which it fell due, however late that is.

use jiff::Timestamp;

use super::Account;
use crate::domain::ledger::{Balances, Contra, Draft, Kind, Negative};

/// What falls due next; of several at one instant the first of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    HoldEnds(usize),
    Activates { lot_no: i64, index: usize },
    Expires { lot_no: i64, index: usize },
    AllLapse,
}

impl Account {
    /// Does everything that is due by now.
    pub fn settle(&mut self, now: Timestamp) -> Result<(), Negative> {
        while let Some((at, due)) = self.next_due().filter(|(at, _)| *at <= now) {
            match due {
                Due::HoldEnds(hold) => self.end_hold(hold, at, now)?,
                Due::Activates { index, .. } => self.activate(index, at, now)?,
                Due::Expires { index, .. } => self.expire(&[index], at, now)?,
                Due::AllLapse => self.lapse(at, now)?,
            }
        }
        self.renew_next_due();
        Ok(())
    }

    pub(super) fn renew_next_due(&mut self) {
        let loaded = self.next_due().map(|(at, _)| at);
        self.wallet.next_due = [loaded, self.due_elsewhere].into_iter().flatten().min();
    }

    fn next_due(&self) -> Option<(Timestamp, Due)> {
        let lots = self.lots.iter().enumerate().filter(|(_, lot)| lot.remaining > 0);
        let lots = lots.filter_map(|(index, lot)| {
            let lot_no = lot.lot_no;
            if lot.activated {
                lot.expires_at.map(|at| (at, Due::Expires { lot_no, index }))
            } else {
                Some((lot.activates_at, Due::Activates { lot_no, index }))
            }
        });
        let holds =
            self.holds.iter().enumerate().map(|(index, hold)| (hold.expires_at, Due::HoldEnds(index)));
        let policy = self.inactivity.as_ref().and(self.wallet.lapses_at);
        let lapse = policy.filter(|_| self.wallet.balances.available > 0).map(|at| (at, Due::AllLapse));
        lots.chain(holds).chain(lapse).min()
    }

    fn activate(&mut self, index: usize, due: Timestamp, now: Timestamp) -> Result<(), Negative> {
        let points = self.lots[index].remaining;
        let paid = points.min(self.wallet.balances.debt);
        let delta =
            Balances { available: points - paid, pending: -points, debt: -paid, ..Balances::default() };
        self.lots[index].activated = true;
        self.take(index, paid);
        self.post(Kind::Activation, delta, Contra::Own, due, now)
    }

    fn expire(&mut self, lots: &[usize], due: Timestamp, now: Timestamp) -> Result<(), Negative> {
        let mut expired = 0;
        for index in lots {
            let points = self.lots[*index].remaining;
            self.take(*index, points);
            self.lots[*index].lapsed += points;
            expired += points;
        }
        self.post(Kind::Expiration, Balances::available(-expired), Contra::Expired, due, now)
    }

    fn lapse(&mut self, due: Timestamp, now: Timestamp) -> Result<(), Negative> {
        let lots = self.lots.iter().enumerate().filter(|(_, lot)| lot.activated && lot.remaining > 0);
        let lots: Vec<usize> = lots.map(|(index, _)| index).collect();
        // Loaded without its lots, an account can't lapse; whoever loads what is due loads them.
        if lots.is_empty() {
            return Err(Negative);
        }
        // What was held of a lot lapses as well, when it is let go; a spend that is cancelled finds it gone.
        for lot in self.lots.iter_mut().filter(|lot| lot.activated) {
            lot.expires_at = Some(lot.expires_at.map_or(due, |at| at.min(due)));
        }
        self.expire(&lots, due, now)
    }

    /// Writes an entry that nobody asked for.
    pub(super) fn post(
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
}

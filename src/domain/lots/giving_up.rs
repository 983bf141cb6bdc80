//! What is left when a member leaves: all points are given up, all holds end, and nothing is owed any more.

use jiff::Timestamp;

use super::Account;
use crate::domain::{
    erasure::{GIVEN_UP, LET_OFF},
    ledger::{Balances, Contra, Draft, Kind, Negative},
};

impl Account {
    /// Empties the wallet, and tells how many points were given up. They lapse like points that expire: a
    /// return of what earned them finds them gone and takes nothing twice. Settle before.
    pub fn give_up(&mut self, now: Timestamp) -> Result<i64, Negative> {
        while !self.holds.is_empty() {
            self.end_hold(0, now, now)?;
        }
        // What was held may have been waiting to expire.
        self.settle(now)?;
        let mut delta = Balances::default();
        for index in 0..self.lots.len() {
            let points = self.lots[index].remaining;
            self.take(index, points);
            self.lots[index].lapsed += points;
            let side = if self.lots[index].activated { &mut delta.available } else { &mut delta.pending };
            *side -= points;
        }
        let given_up = -(delta.available + delta.pending);
        if given_up > 0 {
            self.close(delta, Contra::Expired, GIVEN_UP, now)?;
        }
        let owed = self.wallet.balances.debt;
        if owed > 0 {
            let delta = Balances { debt: -owed, ..Balances::default() };
            self.close(delta, Contra::Adjusted, LET_OFF, now)?;
        }
        self.wallet.lapses_at = None;
        self.renew_next_due();
        Ok(given_up)
    }

    fn close(&mut self, delta: Balances, contra: Contra, why: &str, now: Timestamp) -> Result<(), Negative> {
        let draft = Draft {
            kind: Kind::Forfeiture,
            delta,
            contra,
            effective_at: now,
            document: None,
            reason: Some(why.to_owned()),
            trace: None,
        };
        self.record(draft, now)
    }
}

//! The laws of lots, against a naive simulation that keeps every single point.

mod simulation;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::ledger::{Contra, Kind};
use simulation::{Simulation, hours};

#[derive(Debug, Clone)]
enum Step {
    Earn {
        points: i64,
        pending: i64,
        lasts: Option<i64>,
    },
    Spend {
        points: i64,
    },
    /// Cancels one of the spends that still stand.
    GiveBack {
        which: usize,
        grace: i64,
    },
    /// Returns a part, in percent, of what one accrual gave and was not returned before.
    TakeBack {
        which: usize,
        percent: i64,
    },
    Hold {
        points: i64,
        lasts: i64,
    },
    /// Captures a part of a hold; of nothing it is a release.
    EndHold {
        which: usize,
        percent: i64,
    },
    Wait {
        hours: i64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (1_i64..30, 0_i64..4, prop::option::of(1_i64..12))
            .prop_map(|(points, pending, lasts)| Step::Earn { points, pending, lasts }),
        3 => (1_i64..40).prop_map(|points| Step::Spend { points }),
        1 => (0_usize..9, 1_i64..5).prop_map(|(which, grace)| Step::GiveBack { which, grace }),
        2 => (0_usize..9, 1_i64..=100).prop_map(|(which, percent)| Step::TakeBack { which, percent }),
        1 => (1_i64..30, 1_i64..8).prop_map(|(points, lasts)| Step::Hold { points, lasts }),
        1 => (0_usize..4, 0_i64..=100).prop_map(|(which, percent)| Step::EndHold { which, percent }),
        2 => (0_i64..6).prop_map(|hours| Step::Wait { hours }),
    ];
    prop::collection::vec(step, 1..60)
}

pub fn draft(kind: Kind, contra: Contra, at: Timestamp) -> Draft {
    let (delta, document, reason, trace) = (Balances::default(), None, None, None);
    Draft { kind, delta, contra, effective_at: at, document, reason, trace }
}

/// An account and its simulation, side by side.
struct Run {
    account: Account,
    simulation: Simulation,
    now: Timestamp,
    /// Spends that stand, with their allocations and their number in the simulation.
    spends: Vec<(Vec<Allocation>, usize)>,
    /// Lots of accruals with what may still be returned of them, and their number in the simulation.
    earned: Vec<(i64, i64, usize)>,
    holds: Vec<(HoldId, usize)>,
}

impl Run {
    fn new() -> Self {
        let now = Timestamp::UNIX_EPOCH;
        let account = Account::new(Wallet::empty(now), Vec::new());
        let (spends, earned, holds) = (Vec::new(), Vec::new(), Vec::new());
        Self { account, simulation: Simulation::default(), now, spends, earned, holds }
    }

    fn step(&mut self, number: usize, step: &Step) -> Result<(), TestCaseError> {
        let now = self.now;
        if let Step::Wait { hours: by } = step {
            self.now += hours(*by);
            return Ok(());
        }
        self.account.settle(now).expect("settling never goes negative");
        self.simulation.advance(now);
        match *step {
            Step::Wait { .. } => {}
            Step::Earn { points, pending, lasts } => {
                let activates_at = now + hours(pending);
                let terms =
                    Terms { activates_at, expires_at: lasts.map(|lasts| activates_at + hours(lasts)) };
                let draft = draft(Kind::Accrual, Contra::Issued, now);
                self.account.accrue(draft, points, terms, now).expect("accrual");
                self.simulation.earn(number, points, terms, now);
                self.earned.push((self.account.wallet.version, points, number));
            }
            Step::Spend { points } => self.spend(number, points)?,
            Step::GiveBack { which, grace } => self.give_back(number, which, now + hours(grace)),
            Step::TakeBack { which, percent } => self.take_back(which, percent)?,
            Step::Hold { points, lasts } => self.hold(number, points, now + hours(lasts))?,
            Step::EndHold { which, percent } => self.end_hold(number, which, percent),
        }
        self.account.settle(now).expect("settling never goes negative");
        Ok(())
    }

    fn spend(&mut self, number: usize, points: i64) -> Result<(), TestCaseError> {
        let spent = self.simulation.spend(number, points);
        let draft = draft(Kind::Redemption, Contra::Spent, self.now);
        prop_assert_eq!(self.account.spend(draft, points, self.now).is_ok(), spent);
        if spent {
            self.remember_spend(number);
        }
        Ok(())
    }

    fn remember_spend(&mut self, number: usize) {
        let spend = self.account.entries.iter().rfind(|entry| entry.draft.kind == Kind::Redemption);
        let entry_no = spend.expect("a spend").entry_no;
        let taken = self.account.allocations.iter().filter(|(of, _)| *of == entry_no);
        self.spends.push((taken.map(|(_, allocation)| *allocation).collect(), number));
    }

    fn hold(&mut self, number: usize, points: i64, end: Timestamp) -> Result<(), TestCaseError> {
        let held = self.simulation.hold(number, points, end);
        let id = HoldId(uuid::Uuid::from_u128(number as u128));
        let draft = draft(Kind::Hold, Contra::Own, self.now);
        prop_assert_eq!(self.account.hold(draft, id, points, end, self.now).is_ok(), held);
        if held {
            self.holds.push((id, number));
        }
        Ok(())
    }

    fn end_hold(&mut self, number: usize, which: usize, percent: i64) {
        let standing = |id: HoldId| self.account.holds.iter().find(|hold| hold.hold_id == id);
        self.holds.retain(|(id, _)| standing(*id).is_some());
        let Some((id, hold)) = self.holds.get(which).copied() else { return };
        let captured = standing(id).map_or(0, Hold::points) * percent / 100;
        if captured == 0 {
            self.account.release(id, self.now).expect("released");
        } else {
            let draft = draft(Kind::Redemption, Contra::Spent, self.now);
            self.account.capture(draft, id, captured, self.now).expect("captured");
            self.remember_spend(number);
        }
        self.simulation.end_hold(hold, captured, number, self.now);
    }

    fn give_back(&mut self, number: usize, which: usize, grace: Timestamp) {
        if which < self.spends.len() {
            let (taken, spend) = self.spends.remove(which);
            let draft = draft(Kind::Reversal, Contra::Spent, self.now);
            self.account.give_back(draft, &taken, grace, self.now).expect("given back");
            self.simulation.give_back(spend, number, grace, self.now);
        }
    }

    fn take_back(&mut self, which: usize, percent: i64) -> Result<(), TestCaseError> {
        let Some((lot_no, left, number)) = self.earned.get_mut(which) else { return Ok(()) };
        let points = *left * percent / 100;
        *left -= points;
        let draft = draft(Kind::Reversal, Contra::Revoked, self.now);
        let taken = self.account.take_back(draft, *lot_no, points, self.now).expect("taken back");
        prop_assert_eq!(taken, self.simulation.take_back(*number, points));
        Ok(())
    }

    /// The laws that hold after every operation.
    fn check(&self) -> Result<(), TestCaseError> {
        let balances = self.account.wallet.balances;
        prop_assert_eq!(balances, self.simulation.balances());
        prop_assert!(balances.available == 0 || balances.debt == 0, "who owes can spend: {:?}", balances);
        let sum = |activated: bool| -> i64 {
            self.account.lots.iter().filter(|l| l.activated == activated).map(|l| l.remaining).sum()
        };
        prop_assert_eq!((balances.available, balances.pending), (sum(true), sum(false)));
        prop_assert_eq!(balances.held, self.account.lots.iter().map(|lot| lot.held).sum::<i64>());
        prop_assert_eq!(balances.held, self.account.holds.iter().map(Hold::points).sum::<i64>());
        let contra = |contra: Contra| -> i64 {
            let of = self.account.entries.iter().filter(|entry| entry.draft.contra == contra);
            of.map(|entry| entry.draft.delta.outstanding()).sum()
        };
        let out = -contra(Contra::Spent) - contra(Contra::Expired) - contra(Contra::Revoked);
        prop_assert_eq!(contra(Contra::Issued), out + balances.outstanding());
        prop_assert_eq!(contra(Contra::Own), 0);
        prop_assert_eq!(self.account.wallet.earned, contra(Contra::Issued) + contra(Contra::Revoked));
        prop_assert_eq!(-contra(Contra::Expired), self.simulation.expired());
        prop_assert_eq!(-contra(Contra::Revoked), self.simulation.revoked);
        let numbers: Vec<i64> = self.account.entries.iter().map(|entry| entry.entry_no).collect();
        prop_assert_eq!(numbers, (1..=self.account.wallet.version).collect::<Vec<_>>());
        self.check_allocations()
    }

    /// A lot has what it was made with less its allocations; an entry moves what its lots moved.
    fn check_allocations(&self) -> Result<(), TestCaseError> {
        let (mut by_lot, mut by_entry) = (BTreeMap::new(), BTreeMap::new());
        for (entry, allocation) in &self.account.allocations {
            prop_assert!(allocation.points != 0);
            *by_lot.entry(allocation.lot_no).or_insert(0) += allocation.points;
            *by_entry.entry(*entry).or_insert(0) += allocation.points;
        }
        for lot in &self.account.lots {
            let taken = by_lot.get(&lot.lot_no).copied().unwrap_or(0);
            prop_assert_eq!(lot.remaining + lot.held, lot.amount - taken);
            *by_entry.entry(lot.lot_no).or_insert(0) -= lot.amount;
        }
        for entry in &self.account.entries {
            let delta = entry.draft.delta;
            let moved = -by_entry.get(&entry.entry_no).copied().unwrap_or(0);
            prop_assert_eq!(delta.available + delta.held + delta.pending, moved, "{:?}", entry);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn equals_a_simulation_of_single_points(steps in steps()) {
        let mut run = Run::new();
        for (number, step) in steps.iter().enumerate() {
            run.step(number, step)?;
            if !matches!(step, Step::Wait { .. }) {
                run.check()?;
            }
        }
    }

    #[test]
    fn a_cancelled_spend_comes_back_whole(
        earned in prop::collection::vec((1_i64..20, 1_i64..10), 1..8),
        hours in 0_i64..12,
    ) {
        let start = Timestamp::UNIX_EPOCH;
        let mut account = Account::new(Wallet::empty(start), Vec::new());
        for (points, lasts) in &earned {
            let expires_at = Some(start + SignedDuration::from_hours(*lasts));
            let terms = Terms { activates_at: start, expires_at };
            let draft = draft(Kind::Accrual, Contra::Issued, start);
            account.accrue(draft, *points, terms, start).expect("accrual");
        }
        let all = account.wallet.balances.available;
        account.spend(draft(Kind::Redemption, Contra::Spent, start), all, start).expect("spend");
        let taken: Vec<Allocation> = account.allocations.iter().map(|(_, allocation)| *allocation).collect();
        let later = start + SignedDuration::from_hours(hours);
        account.settle(later).expect("settle");
        let grace = later + SignedDuration::from_hours(72);
        let reversal = draft(Kind::Reversal, Contra::Spent, later);
        account.give_back(reversal, &taken, grace, later).expect("given back");
        account.settle(later).expect("settle");
        prop_assert_eq!(account.wallet.balances.available, all);
        let in_lots: i64 = account.lots.iter().map(|lot| lot.remaining).sum();
        prop_assert_eq!(in_lots, all);
        account.settle(grace).expect("settle");
        prop_assert_eq!(account.wallet.balances.available, 0);
    }
}

fn earn(account: &mut Account, points: i64, lasts: Option<i64>, now: Timestamp) -> i64 {
    let terms = Terms { activates_at: now, expires_at: lasts.map(|lasts| now + hours(lasts)) };
    account.accrue(draft(Kind::Accrual, Contra::Issued, now), points, terms, now).expect("accrual");
    account.wallet.version
}

fn take_back(account: &mut Account, lot_no: i64, points: i64, now: Timestamp) -> TakenBack {
    account.settle(now).expect("settle");
    account.take_back(draft(Kind::Reversal, Contra::Revoked, now), lot_no, points, now).expect("taken back")
}

#[test]
fn a_debt_is_paid_by_what_is_earned_next() {
    let start = Timestamp::UNIX_EPOCH;
    let mut account = Account::new(Wallet::empty(start), Vec::new());
    let lot = earn(&mut account, 30, None, start);
    account.spend(draft(Kind::Redemption, Contra::Spent, start), 30, start).expect("spend");
    let taken = take_back(&mut account, lot, 30, start);
    assert_eq!((taken.from_lot, taken.from_others, taken.lapsed, taken.debt), (0, 0, 0, 30));
    earn(&mut account, 20, None, start);
    assert_eq!((account.wallet.balances.available, account.wallet.balances.debt), (0, 10));
    earn(&mut account, 25, None, start);
    assert_eq!((account.wallet.balances.available, account.wallet.balances.debt), (15, 0));
    assert_eq!(account.lots.iter().map(|lot| lot.remaining).sum::<i64>(), 15);
}

#[test]
fn what_expired_is_not_taken_twice_however_the_return_is_split() {
    let start = Timestamp::UNIX_EPOCH;
    let mut account = Account::new(Wallet::empty(start), Vec::new());
    let lot = earn(&mut account, 10, Some(5), start);
    earn(&mut account, 4, None, start);
    account.spend(draft(Kind::Redemption, Contra::Spent, start), 3, start).expect("spend");
    let later = start + hours(6);
    assert_eq!(take_back(&mut account, lot, 5, later).lapsed, 5);
    let rest = take_back(&mut account, lot, 5, later);
    assert_eq!((rest.lapsed, rest.from_others, rest.debt), (2, 3, 0));
    assert_eq!(account.wallet.balances, Balances::available(1));
}

#[test]
fn a_late_purchase_whose_points_have_expired_pays_no_debt() {
    let start = Timestamp::UNIX_EPOCH;
    let mut account = Account::new(Wallet::empty(start), Vec::new());
    account.wallet.balances.debt = 5;
    let now = start + hours(9);
    let terms = Terms { activates_at: start, expires_at: Some(start + hours(8)) };
    account.accrue(draft(Kind::Accrual, Contra::Issued, start), 7, terms, now).expect("accrual");
    account.settle(now).expect("settle");
    assert_eq!(account.wallet.balances, Balances { debt: 5, ..Balances::default() });
}

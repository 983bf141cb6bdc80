//! The laws of lots, against a naive simulation that keeps every single point.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Earn { points: i64, pending: i64, lasts: Option<i64> },
    Spend { points: i64 },
    Wait { hours: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step =
        prop_oneof![
            (1_i64..30, 0_i64..4, prop::option::of(1_i64..12))
                .prop_map(|(points, pending, lasts)| Step::Earn { points, pending, lasts }),
            (1_i64..40).prop_map(|points| Step::Spend { points }),
            (0_i64..6).prop_map(|hours| Step::Wait { hours }),
        ];
    prop::collection::vec(step, 1..60)
}

fn draft(kind: Kind, contra: Contra, at: Timestamp) -> Draft {
    Draft {
        kind,
        delta: Balances::default(),
        contra,
        effective_at: at,
        document: None,
        reason: None,
        trace: None,
    }
}

fn count(points: &[Point], now: Timestamp) -> i64 {
    i64::try_from(points.iter().filter(|point| point.from <= now).count()).expect("few")
}

/// One point: when it can be spent, when it is gone.
#[derive(Debug, Clone, Copy)]
struct Point {
    from: Timestamp,
    until: Timestamp,
    lot: usize,
}

proptest! {
    #[test]
    fn equals_a_simulation_of_single_points(steps in steps()) {
        let start = Timestamp::UNIX_EPOCH;
        let mut now = start;
        let mut account = Account::new(Wallet::empty(start), Vec::new());
        let mut points: Vec<Point> = Vec::new();
        let (mut issued, mut spent) = (0, 0);
        for (number, step) in steps.into_iter().enumerate() {
            account.settle(now).expect("settling never goes negative");
            points.retain(|point| point.until > now);
            match step {
                Step::Wait { hours } => now += SignedDuration::from_hours(hours),
                Step::Earn { points: earned, pending, lasts } => {
                    let activates_at = now + SignedDuration::from_hours(pending);
                    let expires_at = lasts.map(|hours| activates_at + SignedDuration::from_hours(hours));
                    let terms = Terms { activates_at, expires_at };
                    let draft = draft(Kind::Accrual, Contra::Issued, now);
                    account.accrue(draft, earned, terms, now).expect("accrual");
                    let until = expires_at.unwrap_or(Timestamp::MAX);
                    points.extend((0..earned).map(|_| Point { from: activates_at, until, lot: number }));
                    issued += earned;
                }
                Step::Spend { points: wanted } => {
                    let can = count(&points, now) >= wanted;
                    let outcome = account.spend(draft(Kind::Redemption, Contra::Spent, now), wanted, now);
                    prop_assert_eq!(outcome.is_ok(), can);
                    if can {
                        points.sort_by_key(|point| (point.from > now, point.until, point.from, point.lot));
                        points.drain(..usize::try_from(wanted).expect("small"));
                        spent += wanted;
                    }
                }
            }
            account.settle(now).expect("settling never goes negative");
            points.retain(|point| point.until > now);
            let spendable = count(&points, now);
            let balances = account.wallet.balances;
            prop_assert_eq!(balances.available, spendable);
            prop_assert_eq!(balances.pending, count(&points, Timestamp::MAX) - spendable);
        }
        let expired: i64 = account.entries.iter().filter(|entry| entry.draft.contra == Contra::Expired)
            .map(|entry| -entry.draft.delta.outstanding()).sum();
        prop_assert_eq!(issued, spent + expired + account.wallet.balances.outstanding());
        prop_assert_eq!(account.wallet.earned, issued);
        let numbers: Vec<i64> = account.entries.iter().map(|entry| entry.entry_no).collect();
        prop_assert_eq!(numbers, (1..=account.wallet.version).collect::<Vec<_>>());
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
        account.give_back(draft(Kind::Redemption, Contra::Spent, later), &taken, grace, later).expect("give \
                                                                                                       back");
        account.settle(later).expect("settle");
        prop_assert_eq!(account.wallet.balances.available, all);
        let in_lots: i64 = account.lots.iter().map(|lot| lot.remaining).sum();
        prop_assert_eq!(in_lots, all);
        account.settle(grace).expect("settle");
        prop_assert_eq!(account.wallet.balances.available, 0);
    }
}

#[test]
fn a_debt_is_paid_by_what_is_earned_next() {
    let start = Timestamp::UNIX_EPOCH;
    let mut wallet = Wallet::empty(start);
    wallet.balances.debt = 30;
    let mut account = Account::new(wallet, Vec::new());
    let terms = Terms { activates_at: start, expires_at: None };
    account.accrue(draft(Kind::Accrual, Contra::Issued, start), 20, terms, start).expect("accrual");
    assert_eq!((account.wallet.balances.available, account.wallet.balances.debt), (0, 10));
    account.accrue(draft(Kind::Accrual, Contra::Issued, start), 25, terms, start).expect("accrual");
    assert_eq!((account.wallet.balances.available, account.wallet.balances.debt), (15, 0));
    assert_eq!(account.lots.iter().map(|lot| lot.remaining).sum::<i64>(), 15);
}

//! Every single point by itself: slow, and simple enough to be believed.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    ledger::Balances,
    lots::{TakenBack, Terms},
};

pub fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Waiting,
    Free,
    Spent(usize),
    Expired,
    /// It paid a debt, or was taken back.
    Gone,
}

/// One point: when it can be spent, when it is gone, and the step that made its lot.
#[derive(Debug, Clone, Copy)]
struct Point {
    from: Timestamp,
    until: Timestamp,
    lot: usize,
    is: Is,
}

#[derive(Debug, Default)]
pub struct Simulation {
    points: Vec<Point>,
    debt: i64,
    pub revoked: i64,
}

fn long(number: usize) -> i64 {
    i64::try_from(number).expect("few")
}

impl Simulation {
    /// What is due happens, in its order.
    pub fn advance(&mut self, now: Timestamp) {
        self.points.sort_by_key(|point| (point.from, point.lot));
        for point in self.points.iter_mut().filter(|point| point.from <= now && point.is == Is::Waiting) {
            point.is = Is::Free;
            if self.debt > 0 {
                self.debt -= 1;
                point.is = Is::Gone;
            }
        }
        for point in self.points.iter_mut().filter(|point| point.until <= now && point.is == Is::Free) {
            point.is = Is::Expired;
        }
    }

    pub fn earn(&mut self, lot: usize, points: i64, terms: Terms, now: Timestamp) {
        let until = terms.expires_at.unwrap_or(Timestamp::MAX);
        let point = Point { from: terms.activates_at, until, lot, is: Is::Waiting };
        self.points.extend((0..points).map(|_| point));
        self.advance(now);
    }

    /// Free points in the order of spends.
    fn free(&mut self) -> impl Iterator<Item = &mut Point> {
        self.points.sort_by_key(|point| (point.until, point.from, point.lot));
        self.points.iter_mut().filter(|point| point.is == Is::Free)
    }

    pub fn spend(&mut self, number: usize, points: i64) -> bool {
        let enough = long(self.free().count()) >= points;
        if enough {
            self.turn_free(points, Is::Spent(number));
        }
        enough
    }

    fn turn_free(&mut self, points: i64, into: Is) -> i64 {
        let points = usize::try_from(points).expect("not negative");
        long(self.free().take(points).map(|point| point.is = into).count())
    }

    pub fn give_back(&mut self, spend: usize, number: usize, grace: Timestamp, now: Timestamp) {
        for point in self.points.iter_mut().filter(|point| point.is == Is::Spent(spend)) {
            if point.until <= now {
                *point = Point { from: now, until: grace, lot: number, ..*point };
            }
            point.is = Is::Free;
        }
        let debt = self.debt;
        self.debt -= self.turn_free(debt, Is::Gone);
    }

    pub fn take_back(&mut self, lot: usize, points: i64) -> TakenBack {
        let mut taken = TakenBack::default();
        for point in self.points.iter_mut().filter(|point| point.lot == lot) {
            if taken.from_lot < points && matches!(point.is, Is::Free | Is::Waiting) {
                point.is = Is::Gone;
                taken.from_lot += 1;
            }
        }
        for point in self.points.iter_mut().filter(|point| point.lot == lot) {
            if taken.from_lot + taken.lapsed < points && point.is == Is::Expired {
                point.is = Is::Gone;
                taken.lapsed += 1;
            }
        }
        taken.from_others = self.turn_free(points - taken.from_lot - taken.lapsed, Is::Gone);
        taken.debt = points - taken.from_lot - taken.lapsed - taken.from_others;
        self.debt += taken.debt;
        self.revoked += points;
        taken
    }

    fn count(&self, is: Is) -> i64 {
        long(self.points.iter().filter(|point| point.is == is).count())
    }

    pub fn expired(&self) -> i64 {
        self.count(Is::Expired)
    }

    pub fn balances(&self) -> Balances {
        let (available, pending) = (self.count(Is::Free), self.count(Is::Waiting));
        Balances { available, pending, held: 0, debt: self.debt }
    }
}

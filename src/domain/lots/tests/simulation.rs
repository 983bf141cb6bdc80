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
    Held(usize),
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
    /// Holds by their number, with their end.
    holds: Vec<(usize, Timestamp)>,
    debt: i64,
    pub revoked: i64,
}

fn long(number: usize) -> i64 {
    i64::try_from(number).expect("few")
}

impl Simulation {
    /// What is due happens, instant by instant.
    pub fn advance(&mut self, now: Timestamp) {
        loop {
            let starts = self.points.iter().filter(|point| point.is == Is::Waiting).map(|point| point.from);
            let ends = self.points.iter().filter(|point| point.is == Is::Free).map(|point| point.until);
            let holds = self.holds.iter().map(|(_, end)| *end);
            let Some(at) = starts.chain(ends).chain(holds).min().filter(|at| *at <= now) else { break };
            for (hold, _) in self.holds.extract_if(.., |(_, end)| *end <= at).collect::<Vec<_>>() {
                self.let_go(hold, at);
            }
            self.points.sort_by_key(|point| (point.from, point.lot));
            for point in self.points.iter_mut().filter(|point| point.from <= at && point.is == Is::Waiting) {
                point.is = Is::Free;
                if self.debt > 0 {
                    self.debt -= 1;
                    point.is = Is::Gone;
                }
            }
            self.expire(at);
        }
    }

    fn expire(&mut self, at: Timestamp) {
        for point in self.points.iter_mut().filter(|point| point.until <= at && point.is == Is::Free) {
            point.is = Is::Expired;
        }
    }

    /// What was held is free, pays the debt, and is gone if its time has come.
    fn let_go(&mut self, hold: usize, at: Timestamp) {
        for point in self.points.iter_mut().filter(|point| point.is == Is::Held(hold)) {
            point.is = Is::Free;
        }
        while self.debt > 0 {
            let Some(point) = self.free().find(|point| point.until > at) else { break };
            point.is = Is::Gone;
            self.debt -= 1;
        }
        self.expire(at);
    }

    pub fn hold(&mut self, number: usize, points: i64, end: Timestamp) -> bool {
        let enough = long(self.free().count()) >= points;
        if enough {
            self.turn_free(points, Is::Held(number));
            self.holds.push((number, end));
        }
        enough
    }

    /// Captures some points of a hold, as the spend of this number, and lets the others go.
    pub fn end_hold(&mut self, hold: usize, captured: i64, number: usize, now: Timestamp) {
        self.holds.retain(|(other, _)| *other != hold);
        self.points.sort_by_key(|point| (point.until, point.from, point.lot));
        let still = self.points.iter_mut().filter(|point| point.is == Is::Held(hold));
        still
            .take(usize::try_from(captured).expect("not negative"))
            .for_each(|point| point.is = Is::Spent(number));
        self.let_go(hold, now);
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
        let held = self.points.iter().filter(|point| matches!(point.is, Is::Held(_))).count();
        Balances { available, pending, held: long(held), debt: self.debt }
    }
}

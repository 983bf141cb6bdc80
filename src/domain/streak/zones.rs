//! Whose midnight: a member's own zone, from when on. The date of what was done is the local one of that
//! instant, so a move changes no date that was recorded.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::domain::{
    program::day_of,
    refusal::{Code, Refusal},
};

/// How often a member may move within thirty days: each move may excuse the day that it cuts short.
pub const MOVES: usize = 4;
const WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The zones of a member.
#[derive(Debug, Clone)]
pub struct Zones {
    /// The program's, until the first move.
    pub home: TimeZone,
    /// From when on, in order.
    pub moves: Vec<(Timestamp, TimeZone)>,
}

impl Zones {
    #[must_use]
    pub const fn of(home: TimeZone) -> Self {
        Self { home, moves: Vec::new() }
    }

    /// The zone at an instant.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> &TimeZone {
        let moved = self.moves.iter().rev().find(|(since, _)| *since <= at);
        moved.map_or(&self.home, |(_, zone)| zone)
    }

    /// The local date of an instant.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Date {
        day_of(at, self.at(at))
    }

    /// The dates that a move forward cut short: from the one that it left to before the one it came to. Who
    /// moves back has a date twice, and twice is once.
    #[must_use]
    pub fn travel(&self) -> BTreeSet<Date> {
        let mut travel = BTreeSet::new();
        let mut before = &self.home;
        for (at, zone) in &self.moves {
            let (left, came) = (day_of(*at, before), day_of(*at, zone));
            travel.extend(left.series(1.day()).take_while(|day| *day < came));
            before = zone;
        }
        travel
    }

    /// Whether one more move is fine now.
    pub fn may_move(&self, now: Timestamp) -> Result<(), Refusal> {
        let recent: Vec<Timestamp> =
            self.moves.iter().map(|(at, _)| *at).filter(|at| *at > now - WITHIN).collect();
        let Some(first) = recent.len().checked_sub(MOVES).and_then(|place| recent.get(place)) else {
            return Ok(());
        };
        let again = day_of(*first + WITHIN, self.at(now)).strftime("%-d %B");
        let message = format!("You moved {MOVES} times in 30 days; you can choose another zone on {again}");
        Err(Refusal::new(Code::Invalid, message))
    }
}

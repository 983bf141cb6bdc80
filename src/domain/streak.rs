//! Streaks: periods in a row in which something was done. A streak is a function of local dates, of the
//! policy and of today, and of nothing else: what comes late, or comes back, is counted as if it had always
//! been known.

pub mod form;
pub mod zones;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::domain::metric::Period;

/// What a run gives at a length: points, or only the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    pub periods: i64,
    pub points: i64,
}

/// How streaks are counted; a version of it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreakTerms {
    /// Days, weeks or months.
    pub unit: Period,
    /// Kinds of activities that keep a streak.
    pub kinds: Vec<String>,
    /// A freeze is earned by so many periods kept; 0: there are none.
    pub freeze_every: i64,
    /// How many can be held. While so many are held, none is earned.
    pub freeze_most: i64,
    /// Upwards.
    pub milestones: Vec<Milestone>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreakPolicy {
    pub version: i32,
    pub terms: StreakTerms,
    /// What was reached before is history: it is neither paid nor told.
    pub since: Timestamp,
}

/// What became of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaf {
    Kept,
    /// A freeze covered it.
    Frozen,
    /// A change of zone cut it short: it counts neither for nor against.
    Travelled,
    /// It is running, and nothing has happened in it yet.
    Open,
    Empty,
}

/// Periods in a row. Those that a freeze covered lie within and do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub first: i32,
    pub last: i32,
    /// How many were kept.
    pub periods: i64,
}

/// A length that a run came to; runs that came to the same are told one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    pub milestone: Milestone,
    /// The day on which the run began, and the day that completed it.
    pub began_on: Date,
    pub reached_on: Date,
    /// The first days of the periods that freezes covered on the way.
    pub frozen: Vec<Date>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Streak {
    /// Periods in a row up to this one, or up to the one before while this one is still open.
    pub current: i64,
    pub longest: i64,
    /// Freezes that are held.
    pub freezes: i64,
    /// Periods kept towards the next freeze.
    pub towards: i64,
    /// The runs, oldest first; the last is the current one if there is one.
    pub runs: Vec<Run>,
    pub reached: Vec<Reached>,
    kept: BTreeSet<i32>,
    frozen: BTreeSet<i32>,
    travelled: BTreeSet<i32>,
    /// The period of today.
    now: i32,
}

/// The streak over local dates (upwards) as seen on `today`. `travel` are dates that a change of zone cut
/// short.
#[must_use]
pub fn streak(terms: &StreakTerms, days: &[Date], travel: &BTreeSet<Date>, today: Date) -> Streak {
    let mut walk = Walk::new(terms, travel);
    for day in days {
        walk.keep(*day);
    }
    walk.end(today)
}

struct Walk<'a> {
    terms: &'a StreakTerms,
    travel: &'a BTreeSet<Date>,
    streak: Streak,
    run: Option<(Run, Date)>,
    last: Option<i32>,
}

impl<'a> Walk<'a> {
    fn new(terms: &'a StreakTerms, travel: &'a BTreeSet<Date>) -> Self {
        Self { terms, travel, streak: Streak::default(), run: None, last: None }
    }

    fn keep(&mut self, day: Date) {
        let period = self.terms.unit.ordinal(day);
        if self.last == Some(period) {
            return;
        }
        self.miss_until(period);
        self.last = Some(period);
        self.streak.kept.insert(period);
        let (mut run, began_on) = self.run.unwrap_or((Run { first: period, last: period, periods: 0 }, day));
        (run.last, run.periods) = (period, run.periods + 1);
        self.run = Some((run, began_on));
        self.streak.longest = self.streak.longest.max(run.periods);
        self.earn();
        self.reach(run, began_on, day);
    }

    fn earn(&mut self) {
        if self.terms.freeze_every <= 0 || self.streak.freezes >= self.terms.freeze_most {
            return;
        }
        self.streak.towards += 1;
        if self.streak.towards >= self.terms.freeze_every {
            self.streak.towards = 0;
            self.streak.freezes += 1;
        }
    }

    fn reach(&mut self, run: Run, began_on: Date, reached_on: Date) {
        let of_length = self.terms.milestones.iter().find(|one| one.periods == run.periods);
        let Some(milestone) = of_length.copied() else { return };
        let frozen = self.streak.frozen.range(run.first..=run.last);
        let frozen = frozen.map(|period| self.terms.unit.first_day(*period)).collect();
        self.streak.reached.push(Reached { milestone, began_on, reached_on, frozen });
    }

    /// Passes over the periods between the last one that was kept and this one.
    fn miss_until(&mut self, period: i32) {
        let Some(last) = self.last else { return };
        for missed in last + 1..period {
            if self.run.is_none() {
                return;
            }
            if self.is_travel(missed) {
                self.streak.travelled.insert(missed);
            } else if self.streak.freezes > 0 {
                self.streak.freezes -= 1;
                self.streak.frozen.insert(missed);
            } else {
                self.streak.runs.extend(self.run.take().map(|(run, _)| run));
                self.streak.towards = 0;
            }
        }
    }

    /// Whether nothing of a period was whole.
    fn is_travel(&self, period: i32) -> bool {
        let (first, next) = (self.terms.unit.first_day(period), self.terms.unit.first_day(period + 1));
        let mut days = first.series(1.day()).take_while(|day| *day < next);
        days.all(|day| self.travel.contains(&day))
    }

    fn end(mut self, today: Date) -> Streak {
        let now = self.terms.unit.ordinal(today);
        self.miss_until(now);
        let mut streak = self.streak;
        // Whoever came back from further east may have been here tomorrow.
        streak.now = self.last.map_or(now, |last| now.max(last));
        if let Some((run, _)) = self.run {
            streak.current = run.periods;
            streak.runs.push(run);
        }
        streak
    }
}

impl Streak {
    /// What became of a period.
    #[must_use]
    pub fn leaf(&self, period: i32) -> Leaf {
        if self.kept.contains(&period) {
            Leaf::Kept
        } else if self.frozen.contains(&period) {
            Leaf::Frozen
        } else if self.travelled.contains(&period) {
            Leaf::Travelled
        } else if period == self.now {
            Leaf::Open
        } else {
            Leaf::Empty
        }
    }

    /// The period that is running.
    #[must_use]
    pub const fn now(&self) -> i32 {
        self.now
    }

    /// The periods that freezes covered, the newest first.
    pub fn frozen(&self) -> impl Iterator<Item = i32> {
        self.frozen.iter().rev().copied()
    }

    /// What the run comes to next.
    #[must_use]
    pub fn next_milestone(&self, terms: &StreakTerms) -> Option<Milestone> {
        terms.milestones.iter().copied().find(|milestone| milestone.periods > self.current)
    }
}

/// "week" or "weeks", of so many.
#[must_use]
pub fn units(unit: Period, count: i64) -> String {
    crate::domain::words::counted(count, unit.as_str(), &format!("{}s", unit.as_str()))
}

//! How a member comes to a tier and keeps it: what counts, over which window, and what happens when it is no
//! longer enough. Pure and without memory: the tier of any day follows from what was earned on which days, so
//! no background job can be late with it.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::Tier;

/// Days after which a tier that is no longer earned falls by another step.
const STEP_DAYS: i32 = 30;
/// How far ahead the end of a tier is looked for, in days.
const HORIZON: i32 = 3 * 366;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierPolicy {
    pub basis: Basis,
    pub window: Window,
    /// Days for which a tier is kept that is no longer earned.
    pub grace_days: i16,
    pub downgrade: Downgrade,
}

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Points earned.
    Points,
    /// Money spent, minor units.
    Spend,
}

/// Over which days it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The months up to today.
    Rolling(i16),
    /// The calendar year; a tier lasts to the end of the year after the one it was earned in.
    CalendarYear,
    /// The same, with years that begin on the day the member joined.
    Anniversary,
    /// Ever.
    Lifetime,
}

/// What happens when a tier is no longer earned and its grace is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Downgrade {
    /// One tier down at a time: each month with a rolling window, each year with a yearly one.
    OneStep,
    /// At once to the tier that is still earned.
    ToFit,
}

/// What a member has earned, by day, oldest first, and when they joined.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    pub days: &'a [(Date, i64)],
    pub joined: Date,
}

/// Where a member stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The place in the ladder, from 0.
    pub index: usize,
    /// What counts on that day.
    pub qualifying: i64,
    /// The first day on which the tier would be lost if nothing more were earned.
    pub until: Option<Date>,
    /// What is missing to keep it on that day.
    pub to_stay: i64,
}

impl Default for TierPolicy {
    fn default() -> Self {
        Self { basis: Basis::Points, window: Window::Rolling(12), grace_days: 0, downgrade: Downgrade::ToFit }
    }
}

impl TierPolicy {
    /// The first day that a tier on `day` can depend on.
    #[must_use]
    pub fn reads_from(self, ladder: &[Tier], day: Date) -> Date {
        let steps = i32::try_from(ladder.len()).unwrap_or(9);
        match self.window {
            Window::Rolling(months) => {
                let falling = match self.downgrade {
                    Downgrade::OneStep => STEP_DAYS * steps,
                    Downgrade::ToFit => 0,
                };
                let kept = day.saturating_sub((i32::from(self.grace_days) + falling + 1).days());
                kept.saturating_sub(i32::from(months).months())
            }
            Window::CalendarYear | Window::Anniversary => day.saturating_sub((steps + 2).years()),
            Window::Lifetime => Date::MIN,
        }
    }

    /// Where a member stands on a day. `ladder` goes up by rank and has a first tier for everybody.
    #[must_use]
    pub fn stand(self, ladder: &[Tier], record: Record<'_>, today: Date) -> Held {
        let known = record.days.partition_point(|(day, _)| *day <= today);
        let record = Record { days: &record.days[..known], ..record };
        let index = self.index(ladder, record, today);
        let qualifying = self.qualifying(record, today);
        let mut held = Held { index, qualifying, until: None, to_stay: 0 };
        if index == 0 || self.window == Window::Lifetime {
            return held;
        }
        let loses = |ahead: i32| {
            let day = today.saturating_add(ahead.days());
            (self.index(ladder, record, day) < index).then_some(day)
        };
        // Nothing more is earned from today on, so a tier that is lost stays lost: halving finds the day.
        if let Some(last) = loses(HORIZON) {
            let (mut kept, mut lost, mut day) = (0, HORIZON, last);
            while lost - kept > 1 {
                let middle = i32::midpoint(kept, lost);
                match loses(middle) {
                    Some(found) => (lost, day) = (middle, found),
                    None => kept = middle,
                }
            }
            held.until = Some(day);
            held.to_stay = (ladder[index].threshold - self.counting_towards(record, today, day)).max(1);
        }
        held
    }

    /// The tier of a day.
    #[must_use]
    pub fn index(self, ladder: &[Tier], record: Record<'_>, day: Date) -> usize {
        match self.window {
            Window::Rolling(_) => self.rolling(ladder, record, day),
            Window::CalendarYear | Window::Anniversary => self.yearly(ladder, record, day),
            Window::Lifetime => reached(ladder, self.qualifying(record, day)),
        }
    }

    /// What counts on a day.
    #[must_use]
    pub fn qualifying(self, record: Record<'_>, day: Date) -> i64 {
        match self.window {
            Window::Rolling(months) => {
                let after = day.saturating_sub(i32::from(months).months());
                sum(record, |earned| earned > after && earned <= day)
            }
            Window::CalendarYear | Window::Anniversary => {
                let start = self.year_start(record, day);
                sum(record, |earned| earned >= start && earned <= day)
            }
            Window::Lifetime => sum(record, |earned| earned <= day),
        }
    }

    /// What already counts towards keeping the tier on the day on which it would end.
    fn counting_towards(self, record: Record<'_>, today: Date, until: Date) -> i64 {
        match self.window {
            Window::CalendarYear | Window::Anniversary => {
                let last = until.saturating_sub((i32::from(self.grace_days) + 1).days());
                let decides = self.year_start(record, last);
                // A tier of this year lasts through the next, which has not begun to count.
                if decides == self.year_start(record, today) { self.qualifying(record, today) } else { 0 }
            }
            Window::Rolling(_) | Window::Lifetime => self.qualifying(record, until),
        }
    }

    /// The best tier that was earned on any day up to now, less what fell since then.
    fn rolling(self, ladder: &[Tier], record: Record<'_>, day: Date) -> usize {
        let now = reached(ladder, self.qualifying(record, day));
        let Window::Rolling(months) = self.window else { return now };
        // A sum only falls when a day leaves the window, so the day before that is the best of its stretch.
        let ends = record.days.iter().map(|(earned, _)| last_day(*earned, i32::from(months)));
        let past = ends.filter(|end| *end < day).filter_map(|end| {
            let since = (day - end).get_days() - i32::from(self.grace_days);
            let steps = match self.downgrade {
                _ if since <= 0 => 0,
                Downgrade::ToFit => return None,
                Downgrade::OneStep => usize::try_from((since + STEP_DAYS - 1) / STEP_DAYS).unwrap_or(0),
            };
            Some(reached(ladder, self.qualifying(record, end)).saturating_sub(steps))
        });
        past.fold(now, usize::max)
    }

    fn yearly(self, ladder: &[Tier], record: Record<'_>, day: Date) -> usize {
        let start = self.year_start(record, day);
        let now = reached(ladder, self.qualifying(record, day));
        let before = self.at_end_of_year(ladder, record, start, ladder.len() + 1);
        let in_grace = (day - start).get_days() < i32::from(self.grace_days);
        now.max(before.carried).max(if in_grace { before.held } else { 0 })
    }

    /// What the years before `start` leave: the tier that was held on their last day, and what of it is
    /// carried into the next year. `years` bounds how far back a tier can come from: each falls a step.
    fn at_end_of_year(self, ladder: &[Tier], record: Record<'_>, start: Date, years: usize) -> YearEnd {
        let Some(last) = start.yesterday().ok().filter(|_| years > 0 && start > record.joined) else {
            return YearEnd { held: 0, carried: 0 };
        };
        let earned = reached(ladder, self.qualifying(record, last));
        let before = self.at_end_of_year(ladder, record, self.year_start(record, last), years - 1);
        let held = earned.max(before.carried);
        let carried = match self.downgrade {
            Downgrade::ToFit => earned,
            Downgrade::OneStep => earned.max(held.saturating_sub(1)),
        };
        YearEnd { held, carried }
    }

    /// The first day of the year that a day belongs to.
    fn year_start(self, record: Record<'_>, day: Date) -> Date {
        let first = match self.window {
            Window::Anniversary => record.joined,
            _ => Date::constant(day.year(), 1, 1),
        };
        let years = i32::from(day.year()) - i32::from(first.year());
        let start = first.saturating_add(years.years());
        if start > day { first.saturating_add((years - 1).years()) } else { start }
    }
}

struct YearEnd {
    held: usize,
    carried: usize,
}

/// The last day whose window of so many months holds `earned`.
fn last_day(earned: Date, months: i32) -> Date {
    let mut last = earned.saturating_add(months.months());
    while last.saturating_sub(months.months()) >= earned {
        last = last.saturating_sub(1.day());
    }
    while last.saturating_add(1.day()).saturating_sub(months.months()) < earned {
        last = last.saturating_add(1.day());
    }
    last
}

fn sum(record: Record<'_>, inside: impl Fn(Date) -> bool) -> i64 {
    record.days.iter().filter(|(day, _)| inside(*day)).map(|(_, value)| value).sum()
}

/// The place in the ladder that a sum reaches.
fn reached(ladder: &[Tier], qualifying: i64) -> usize {
    ladder.iter().rposition(|tier| tier.threshold <= qualifying).unwrap_or(0)
}

#[cfg(test)]
mod tests;

//! Streaks: periods in a row in which something was done. Local calendar months; never 24 hours or 30 days.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streak {
    /// Months in a row up to this month, or up to the last one while this month is still open.
    pub current: i64,
    pub longest: i64,
}

/// The streak over months (each as its first day, sorted, none twice) as seen on `today`.
#[must_use]
pub fn month_streak(months: &[Date], today: Date) -> Streak {
    let mut streak = Streak::default();
    let mut run = 0;
    let mut before: Option<Date> = None;
    for &month in months {
        run = if before.map(next_month) == Some(month) { run + 1 } else { 1 };
        streak.longest = streak.longest.max(run);
        before = Some(month);
    }
    let this_month = today.first_of_month();
    let alive = before.is_some_and(|last| last == this_month || next_month(last) == this_month);
    if alive {
        streak.current = run;
    }
    streak
}

fn next_month(month: Date) -> Date {
    month.saturating_add(1.month())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_open_month_does_not_break_a_streak_and_a_missed_one_does() {
        let months = [date(2026, 9, 1), date(2026, 10, 1)];
        assert_eq!(month_streak(&months, date(2026, 11, 30)), Streak { current: 2, longest: 2 });
        assert_eq!(month_streak(&months, date(2026, 12, 1)), Streak { current: 0, longest: 2 });
        assert_eq!(month_streak(&[], date(2026, 12, 1)), Streak::default());
    }

    proptest! {
        /// Against a naive count, month by month over the whole range.
        #[test]
        fn equals_a_naive_count(numbers in prop::collection::btree_set(0_i32..60, 0..40), later in 0_i32..4) {
            let first = date(2020, 1, 1);
            let at = |n: i32| first.saturating_add(n.months());
            let months: Vec<Date> = numbers.iter().map(|n| at(*n)).collect();
            let run_until = |end: i32, set: &BTreeSet<i32>| {
                i64::try_from((0..=end).rev().take_while(|n| set.contains(n)).count()).expect("few")
            };
            let longest = (0..60).map(|end| run_until(end, &numbers)).max().unwrap_or(0);
            let today = numbers.last().copied().unwrap_or(0) + later;
            let current = run_until(today, &numbers).max(run_until(today - 1, &numbers));
            let streak = month_streak(&months, at(today).saturating_add(14.days()));
            prop_assert_eq!(streak, Streak { current, longest });
        }
    }
}

//! The tier of a day, against a simulation that lives through every day, and by example.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::tier::tests::ladder;

const JOINED: Date = date(2024, 3, 15);

fn record(days: &[(Date, i64)]) -> Record<'_> {
    Record { days, joined: JOINED }
}

fn policy(window: Window, grace_days: i16, downgrade: Downgrade) -> TierPolicy {
    TierPolicy { basis: Basis::Points, window, grace_days, downgrade }
}

fn stands(policy: TierPolicy, days: &[(Date, i64)], today: Date) -> (usize, Option<Date>, i64) {
    let held = policy.stand(&ladder(), record(days), today);
    (held.index, held.until, held.to_stay)
}

#[test]
fn a_rolling_tier_lasts_until_its_points_leave_the_window_and_its_grace_is_over() {
    let days = [(date(2026, 1, 10), 500), (date(2026, 6, 1), 400)];
    let rolling = policy(Window::Rolling(12), 0, Downgrade::ToFit);
    assert_eq!(stands(rolling, &days, date(2026, 11, 21)), (1, Some(date(2027, 1, 10)), 400));
    let with_grace = policy(Window::Rolling(12), 30, Downgrade::ToFit);
    assert_eq!(stands(with_grace, &days, date(2026, 11, 21)), (1, Some(date(2027, 2, 9)), 400));
    assert_eq!(with_grace.index(&ladder(), record(&days), date(2027, 2, 8)), 1);
    assert_eq!(with_grace.index(&ladder(), record(&days), date(2027, 2, 9)), 0);
}

#[test]
fn one_step_at_a_time_falls_through_every_tier() {
    let days = [(date(2026, 1, 10), 1_500)];
    let rolling = policy(Window::Rolling(12), 0, Downgrade::OneStep);
    let on = |day| rolling.index(&ladder(), record(&days), day);
    assert_eq!(on(date(2027, 1, 9)), 2);
    assert_eq!(on(date(2027, 1, 10)), 1, "gold is over, silver is next");
    assert_eq!(on(date(2027, 2, 8)), 1);
    assert_eq!(on(date(2027, 2, 9)), 0);
}

#[test]
fn a_yearly_tier_lasts_through_the_year_after_it_was_earned() {
    let days = [(date(2025, 5, 1), 1_600), (date(2026, 2, 1), 900)];
    let to_fit = policy(Window::CalendarYear, 0, Downgrade::ToFit);
    assert_eq!(stands(to_fit, &days, date(2025, 12, 31)), (2, Some(date(2027, 1, 1)), 1_500));
    assert_eq!(stands(to_fit, &days, date(2026, 11, 21)), (2, Some(date(2027, 1, 1)), 600));
    assert_eq!(stands(to_fit, &days, date(2027, 1, 1)), (1, Some(date(2028, 1, 1)), 800));
    assert_eq!(stands(to_fit, &days, date(2028, 1, 1)), (0, None, 0));
    let graceful = policy(Window::CalendarYear, 31, Downgrade::ToFit);
    assert_eq!(stands(graceful, &days, date(2027, 1, 31)), (2, Some(date(2027, 2, 1)), 600 + 900));
}

#[test]
fn a_yearly_tier_falls_one_step_a_year() {
    let days = [(date(2025, 5, 1), 1_600)];
    let one_step = policy(Window::CalendarYear, 0, Downgrade::OneStep);
    let on = |day| one_step.index(&ladder(), record(&days), day);
    assert_eq!([on(date(2026, 12, 31)), on(date(2027, 6, 1)), on(date(2028, 6, 1))], [2, 1, 0]);
}

#[test]
fn an_anniversary_year_begins_on_the_day_of_joining() {
    let days = [(date(2025, 3, 14), 800), (date(2025, 3, 15), 10)];
    let yearly = policy(Window::Anniversary, 0, Downgrade::ToFit);
    assert_eq!(yearly.qualifying(record(&days), date(2025, 3, 14)), 800);
    assert_eq!(yearly.qualifying(record(&days), date(2025, 3, 15)), 10);
    assert_eq!(stands(yearly, &days, date(2025, 3, 15)), (1, Some(date(2026, 3, 15)), 790));
    let leap = Record { days: &days, joined: date(2024, 2, 29) };
    assert_eq!(yearly.year_start(leap, date(2026, 2, 28)), date(2026, 2, 28));
    assert_eq!(yearly.year_start(leap, date(2026, 2, 27)), date(2025, 2, 28));
}

#[test]
fn a_lifetime_tier_is_never_lost() {
    let days = [(date(2024, 5, 1), 900)];
    let ever = policy(Window::Lifetime, 0, Downgrade::ToFit);
    assert_eq!(stands(ever, &days, date(2040, 1, 1)), (1, None, 0));
}

fn history() -> impl Strategy<Value = Vec<(Date, i64)>> {
    prop::collection::btree_map(0_i32..900, 1_i64..900, 0..12).prop_map(|days| {
        days.into_iter().map(|(day, value)| (JOINED.saturating_add(day.days()), value)).collect()
    })
}

fn any_policy() -> impl Strategy<Value = TierPolicy> {
    let window = prop_oneof![
        (1_i16..14).prop_map(Window::Rolling),
        Just(Window::CalendarYear),
        Just(Window::Anniversary),
        Just(Window::Lifetime),
    ];
    let downgrade = prop_oneof![Just(Downgrade::OneStep), Just(Downgrade::ToFit)];
    (window, 0_i16..70, downgrade).prop_map(|(window, grace, downgrade)| policy(window, grace, downgrade))
}

/// Lives through every day: a tier that is earned is taken; one that is not falls when its grace is over.
fn lived(months: i16, grace: i16, days: &[(Date, i64)], today: Date) -> usize {
    let best_of = |day: Date| {
        let after = day.saturating_sub(i32::from(months).months());
        let sum: i64 = days.iter().filter(|(d, _)| *d > after && *d <= day).map(|(_, value)| value).sum();
        ladder().iter().rposition(|tier| tier.threshold <= sum).unwrap_or(0)
    };
    (0..=i32::from(grace)).map(|ago| best_of(today.saturating_sub(ago.days()))).max().unwrap_or(0)
}

proptest! {
    #[test]
    fn a_rolling_tier_is_the_best_of_its_grace(
        days in history(), months in 1_i16..14, grace in 0_i16..70, ahead in 0_i32..1_300,
    ) {
        let today = JOINED.saturating_add(ahead.days());
        let rolling = policy(Window::Rolling(months), grace, Downgrade::ToFit);
        prop_assert_eq!(rolling.index(&ladder(), record(&days), today), lived(months, grace, &days, today));
    }

    /// What a day does not read can't change it: the loaded days are enough.
    #[test]
    fn days_before_the_first_that_is_read_change_nothing(
        days in history(), policy in any_policy(), ahead in 0_i32..1_300,
    ) {
        let today = JOINED.saturating_add(ahead.days());
        let from = policy.reads_from(&ladder(), today);
        let loaded: Vec<_> = days.iter().copied().filter(|(day, _)| *day >= from).collect();
        let all = policy.stand(&ladder(), record(&days), today);
        prop_assert_eq!(policy.stand(&ladder(), record(&loaded), today), all);
    }

    /// The day that is told is the first on which the tier is lost, and earning what is missing keeps it.
    #[test]
    fn a_tier_ends_on_the_day_that_is_told_and_is_kept_by_what_is_missing(
        days in history(), policy in any_policy(), ahead in 0_i32..1_300,
    ) {
        let today = JOINED.saturating_add(ahead.days());
        let ladder = ladder();
        let held = policy.stand(&ladder, record(&days), today);
        let Some(until) = held.until else { return Ok(()) };
        let before = until.yesterday().expect("a day before");
        let mut days: Vec<_> = days.into_iter().filter(|(day, _)| *day <= today).collect();
        prop_assert_eq!(policy.index(&ladder, record(&days), before), held.index);
        prop_assert!(policy.index(&ladder, record(&days), until) < held.index);
        // Earned when it counts towards that day.
        let grace = i32::from(policy.grace_days);
        let when = match policy.window {
            Window::Rolling(_) | Window::Lifetime => until,
            _ => until.saturating_sub((grace + 1).days()),
        };
        if when >= today {
            days.push((when, held.to_stay));
            days.sort_unstable();
            prop_assert!(policy.index(&ladder, record(&days), until) >= held.index);
        }
    }
}

//! The laws of streaks, against a calendar that is gone through day by day, in zones that move and clocks
//! that change.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};
use proptest::prelude::*;

use super::{Leaf, Milestone, Streak, StreakTerms, streak, zones::Zones};
use crate::domain::{metric::Period, program::day_of};

const START: Date = date(2026, 1, 1);

fn terms(unit: Period, freeze_every: i64, freeze_most: i64) -> StreakTerms {
    let milestones = [2, 3, 5].map(|periods| Milestone { periods, points: periods * 10 }).to_vec();
    StreakTerms { unit, kinds: vec!["purchase".to_owned()], freeze_every, freeze_most, milestones }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}

/// What one who knows nothing of numbers of periods would find: every day is looked at, and at the end of
/// each period it is decided what it was.
#[derive(Debug, Default, PartialEq, Eq)]
struct Naive {
    current: i64,
    longest: i64,
    held: i64,
    frozen: Vec<String>,
    reached: Vec<(i64, Date)>,
}

fn naively(terms: &StreakTerms, days: &BTreeSet<Date>, travel: &BTreeSet<Date>, today: Date) -> Naive {
    let key = |day: Date| terms.unit.key(terms.unit.ordinal(day));
    let mut naive = Naive::default();
    let Some(first) = days.first() else { return naive };
    let end = today.max(days.last().copied().unwrap_or(today));
    let mut of_period: BTreeMap<String, Vec<Date>> = BTreeMap::new();
    // Whole periods, whatever day they were entered or left on.
    let (from, until) = (first.saturating_sub(40.days()), end.saturating_add(40.days()));
    for day in from.series(1.day()).take_while(|day| *day < until) {
        of_period.entry(key(day)).or_default().push(day);
    }
    let mut towards = 0;
    for (period, all) in of_period.range(key(*first)..=key(end)) {
        let kept = all.iter().find(|day| days.contains(day));
        if let Some(day) = kept {
            naive.current += 1;
            naive.longest = naive.longest.max(naive.current);
            if terms.freeze_every > 0 && naive.held < terms.freeze_most {
                towards += 1;
                if towards == terms.freeze_every {
                    (towards, naive.held) = (0, naive.held + 1);
                }
            }
            if terms.milestones.iter().any(|one| one.periods == naive.current) {
                naive.reached.push((naive.current, *day));
            }
        } else if *period < key(end) && !all.iter().all(|day| travel.contains(day)) {
            if naive.current > 0 && naive.held > 0 {
                naive.held -= 1;
                naive.frozen.push(period.clone());
            } else {
                (naive.current, towards) = (0, 0);
            }
        }
    }
    naive
}

fn told(terms: &StreakTerms, streak: &Streak) -> Naive {
    let mut frozen: Vec<String> = streak.frozen().map(|period| terms.unit.key(period)).collect();
    frozen.reverse();
    Naive {
        current: streak.current,
        longest: streak.longest,
        held: streak.freezes,
        frozen,
        reached: streak.reached.iter().map(|one| (one.milestone.periods, one.reached_on)).collect(),
    }
}

fn some_days(numbers: &BTreeSet<i64>) -> BTreeSet<Date> {
    numbers.iter().map(|number| START.saturating_add(number.days())).collect()
}

#[test]
fn a_freeze_covers_a_missed_week_and_the_next_one_ends_the_run() {
    let terms = terms(Period::Week, 2, 1);
    let monday = date(2026, 11, 2);
    let days = [monday, monday.saturating_add(1.week()), monday.saturating_add(3.weeks())];
    let as_of = |today: Date| streak(&terms, &days, &BTreeSet::new(), today);
    let now = as_of(days[2]);
    assert_eq!((now.current, now.freezes, now.runs.len()), (3, 0, 1));
    assert_eq!(now.leaf(Period::Week.ordinal(date(2026, 11, 16))), Leaf::Frozen);
    assert_eq!(now.reached[1].frozen, [date(2026, 11, 16)]);
    // The week after is open until it is over.
    assert_eq!(as_of(date(2026, 12, 6)).current, 3);
    assert_eq!(as_of(date(2026, 12, 7)).current, 0);
    assert_eq!(as_of(date(2026, 12, 7)).longest, 3);
}

#[test]
fn nobody_gains_a_freeze_while_as_many_are_held_as_can_be() {
    let terms = terms(Period::Day, 3, 2);
    let days: Vec<Date> = START.series(1.day()).take(30).collect();
    let of = streak(&terms, &days, &BTreeSet::new(), days[29]);
    assert_eq!((of.freezes, of.towards), (2, 0));
}

#[test]
fn a_day_that_a_flight_east_cut_short_is_no_miss() {
    let moves = vec![(at("2026-11-23T06:00:00Z"), zone("Asia/Tokyo"))];
    let zones = Zones { home: zone("America/Los_Angeles"), moves };
    // Sunday evening in Los Angeles, Monday afternoon in Tokyo; on arrival it is Monday.
    let days = [zones.day(at("2026-11-22T04:00:00Z")), zones.day(at("2026-11-23T09:00:00Z"))];
    assert_eq!(days, [date(2026, 11, 21), date(2026, 11, 23)]);
    let of = streak(&terms(Period::Day, 0, 0), &days, &zones.travel(), days[1]);
    assert_eq!(of.current, 2);
    assert_eq!(of.leaf(Period::Day.ordinal(date(2026, 11, 22))), Leaf::Travelled);
}

#[test]
fn a_fifth_move_within_thirty_days_waits() {
    let now = at("2026-11-22T00:00:00Z");
    let moved = |days: i64| (now - SignedDuration::from_hours(24 * days), zone("Asia/Tokyo"));
    let mut zones = Zones { home: TimeZone::UTC, moves: vec![moved(31), moved(20), moved(10), moved(5)] };
    assert_eq!(zones.may_move(now), Ok(()));
    zones.moves.push(moved(1));
    let refusal = zones.may_move(now).expect_err("refused");
    assert!(refusal.message.ends_with("on 2 December"), "{refusal}");
}

/// Zones with clocks that change forward and back in every season, by an hour or half of one, and the ends
/// of the world.
const ZONES: [&str; 8] = [
    "Europe/Amsterdam",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kolkata",
    "America/Santiago",
];

proptest! {
    #[test]
    fn equals_a_calendar_gone_through_day_by_day(
        numbers in prop::collection::btree_set(0_i64..150, 0..120),
        travel in prop::collection::btree_set(0_i64..150, 0..6),
        unit in prop::sample::select(vec![Period::Day, Period::Week, Period::Month]),
        (every, most, later) in (0_i64..6, 0_i64..4, -2_i64..60),
    ) {
        let terms = terms(unit, every, most);
        let (days, travel) = (some_days(&numbers), some_days(&travel));
        let today = days.last().copied().unwrap_or(START).saturating_add(later.days());
        let sorted: Vec<Date> = days.iter().copied().collect();
        let of = streak(&terms, &sorted, &travel, today);
        prop_assert_eq!(told(&terms, &of), naively(&terms, &days, &travel, today));
        // Leaves tell the same as the numbers.
        let leaves = |leaf| (-70..300).filter(|back| {
            of.leaf(of.now() - back) == leaf
        }).count();
        let periods: BTreeSet<i32> = days.iter().map(|day| unit.ordinal(*day)).collect();
        prop_assert_eq!(leaves(Leaf::Kept), periods.len());
        let kept: i64 = of.runs.iter().map(|run| run.periods).sum();
        prop_assert_eq!(usize::try_from(kept), Ok(periods.len()));
    }

    /// Whatever came late or came back in between, what is stored at the end is what counts.
    #[test]
    fn late_days_and_returns_end_in_the_same_streak(
        told in prop::collection::vec((0_i64..40, any::<bool>()), 0..60),
        seed in any::<u64>(),
    ) {
        let terms = terms(Period::Day, 3, 2);
        // Each day as often as it was bought on, less as often as that came back.
        let count = |told: &[(i64, bool)]| {
            let mut days: BTreeMap<i64, i64> = BTreeMap::new();
            for (day, bought) in told {
                *days.entry(*day).or_default() += if *bought { 1 } else { -1 };
            }
            let days = days.into_iter().filter(|(_, count)| *count > 0);
            let days: Vec<Date> = days.map(|(day, _)| START.saturating_add(day.days())).collect();
            streak(&terms, &days, &BTreeSet::new(), START.saturating_add(40.days()))
        };
        let mut shuffled = told.clone();
        let len = shuffled.len();
        for place in 0..len {
            let turn = seed.rotate_left(u32::try_from(place % 64).unwrap_or(0)) % 61;
            shuffled.swap(place, (place + usize::try_from(turn).unwrap_or(0)) % len);
        }
        prop_assert_eq!(count(&told), count(&shuffled));
    }

    /// Who does something on every date of their life has one run, one period a date, wherever they are.
    #[test]
    fn neither_moves_nor_clock_changes_break_or_double(
        home in prop::sample::select(ZONES.to_vec()),
        moves in prop::collection::vec((1_i64..4_000, prop::sample::select(ZONES.to_vec())), 0..5),
        start in prop::sample::select(vec!["2026-03-20", "2026-10-20", "2026-09-01"]),
        minute in 0_i64..1_400,
    ) {
        let start = at(&format!("{start}T12:00:00Z"));
        let mut moves: Vec<(Timestamp, TimeZone)> =
            moves.into_iter().map(|(tens, name)| (start + SignedDuration::from_mins(tens * 10), zone(name)))
                .collect();
        moves.sort_by_key(|(at, _)| *at);
        moves.dedup_by_key(|(at, _)| *at);
        let zones = Zones { home: zone(home), moves };
        let travel = zones.travel();
        let mut days = BTreeSet::new();
        let mut dates = BTreeSet::new();
        let end = start + SignedDuration::from_hours(24 * 30);
        let mut now = start;
        // Once on each local date, at a minute of their own unless a move took that minute away; dates that
        // are cut short by a move they let pass.
        while now < end {
            let today = zones.day(now);
            dates.insert(today);
            let local = zones.at(now).to_datetime(now);
            let of_day = i64::from(local.hour()) * 60 + i64::from(local.minute());
            let late = (minute + 240).min(1_429);
            if (minute..=late).contains(&of_day) && !travel.contains(&today) {
                days.insert(today);
            }
            now += SignedDuration::from_mins(10);
        }
        // The first and the last date may not have had their minute.
        let all: Vec<Date> = dates.iter().copied().collect();
        let cut = |date: &Date| zones.moves.iter().any(|(at, _)| {
            let came = zones.day(*at);
            let left = zones.day(*at - SignedDuration::from_mins(10));
            came == *date || left == *date
        });
        let whole = all[1..all.len() - 1].iter().filter(|date| !travel.contains(date) && !cut(date));
        for date in whole {
            prop_assert!(days.contains(date), "{} had no minute {}", date, minute);
        }
        // What a move left of a date was enough to do something on it.
        days.extend(all.iter().filter(|date| cut(date) && !travel.contains(date)));
        let sorted: Vec<Date> = days.iter().copied().collect();
        let of = streak(&terms(Period::Day, 0, 0), &sorted, &travel, day_of(end, zones.at(end)));
        prop_assert_eq!(of.runs.len(), 1, "{:?} of {:?}", of.runs, sorted);
        prop_assert_eq!(usize::try_from(of.current), Ok(days.len()));
    }
}

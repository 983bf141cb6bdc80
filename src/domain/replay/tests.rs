//! A replay judges by the policy of tiers: for every basis and window a history that the last twelve months
//! of points would judge otherwise, and the law that an empty draft changes nothing.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::{
    earning::tests::rulebook,
    ledger::Wallet,
    lots::Account,
    points::Money,
    program::day_start,
    purchase::MemberRef,
    standing::Standing,
    tier::policy::{Basis, Downgrade, TierPolicy, Window},
};

const JOINED: Date = date(2024, 3, 15);

fn book(tier_policy: TierPolicy) -> Rulebook {
    let mut live = rulebook();
    live.tier_policy = tier_policy;
    Draft::default().over(&live).expect("an empty draft")
}

fn bought(book: &Rulebook, day: Date, cents: i64) -> Purchase {
    Purchase {
        source: "till".to_owned(),
        document_id: "1".to_owned(),
        member: MemberRef::ExternalId("a".to_owned()),
        store: None,
        purchased_at: day_start(day, &book.zone()),
        amount: Money(cents),
        lines: Vec::new(),
    }
}

/// The tier of a day after these purchases, by a replay.
fn stands(policy: TierPolicy, history: &[(Date, i64)], day: Date) -> String {
    let book = book(policy);
    let mut rehearsal = Rehearsal::default();
    rehearsal.next(About { joined: Some(JOINED), ..About::default() });
    for (day, cents) in history {
        rehearsal.purchase(&book, &bought(&book, *day, *cents));
    }
    rehearsal.tier(&book, day).map(|tier| tier.tier.clone()).unwrap_or_default()
}

/// Ten points a euro; 800 points, or minor units where spend counts, are silver and 1,500 are gold.
#[test]
fn a_replay_judges_tiers_by_the_basis_and_the_window_of_the_policy() {
    let long_ago = [(date(2024, 5, 1), 9_000)];
    let last_year = [(date(2025, 2, 1), 9_000)];
    let spring = [(date(2026, 3, 14), 9_000)];
    let now = date(2026, 11, 21);
    let policy = |basis, window| TierPolicy { basis, window, ..TierPolicy::default() };
    for (basis, window, history, expected) in [
        (Basis::Points, Window::Rolling(36), &long_ago, "silver"),
        (Basis::Points, Window::Rolling(3), &spring, "bronze"),
        (Basis::Points, Window::CalendarYear, &last_year, "silver"),
        // The year from the day of joining that ended on 14 March carries its tier through the next.
        (Basis::Points, Window::Anniversary, &[(date(2025, 4, 1), 9_000)], "silver"),
        (Basis::Points, Window::Lifetime, &long_ago, "silver"),
        // 900 points, and 9,000 minor units.
        (Basis::Spend, Window::Rolling(12), &spring, "gold"),
        (Basis::Spend, Window::Rolling(36), &long_ago, "gold"),
        (Basis::Spend, Window::CalendarYear, &last_year, "gold"),
        (Basis::Spend, Window::Anniversary, &[(date(2025, 4, 1), 9_000)], "gold"),
        (Basis::Spend, Window::Lifetime, &long_ago, "gold"),
    ] {
        assert_eq!(stands(policy(basis, window), history, now), expected, "{basis:?} over {window:?}");
    }
    let gold = [(date(2025, 11, 1), 16_000)];
    let grace = TierPolicy { grace_days: 30, ..TierPolicy::default() };
    assert_eq!(stands(grace, &gold, now), "gold", "kept for its grace");
    let one_step = TierPolicy { downgrade: Downgrade::OneStep, ..TierPolicy::default() };
    assert_eq!(stands(one_step, &gold, now), "silver", "one step down, not to the ground");
}

fn any_policy() -> impl Strategy<Value = TierPolicy> {
    let window = prop_oneof![
        (1_i16..30).prop_map(Window::Rolling),
        Just(Window::CalendarYear),
        Just(Window::Anniversary),
        Just(Window::Lifetime),
    ];
    let basis = prop_oneof![Just(Basis::Points), Just(Basis::Spend)];
    let downgrade = prop_oneof![Just(Downgrade::OneStep), Just(Downgrade::ToFit)];
    (basis, window, 0_i16..70, downgrade).prop_map(|(basis, window, grace_days, downgrade)| TierPolicy {
        basis,
        window,
        grace_days,
        downgrade,
    })
}

proptest! {
    /// Whatever the policy, replaying an empty draft comes to what the write path gave, trace by trace.
    #[test]
    fn an_empty_draft_gives_what_was_given(
        policy in any_policy(),
        history in prop::collection::vec((0_i32..1_200, 0_i64..12_000), 1..10),
    ) {
        let book = book(policy);
        let mut history = history;
        history.sort_unstable();
        let about = About { joined: Some(JOINED), ..About::default() };
        let now = day_start(date(2040, 1, 1), &book.zone());
        let mut standing = Standing {
            account: Account::new(Wallet::empty(Timestamp::UNIX_EPOCH), Vec::new()),
            counters: Counters::default(),
            awards: std::collections::HashSet::new(),
            about: about.clone(),
            spending: crate::domain::standing::Spending::default(),
        };
        let mut rehearsal = Rehearsal::default();
        rehearsal.next(about);
        for (ahead, cents) in history {
            let purchase = bought(&book, JOINED.saturating_add(jiff::ToSpan::days(ahead)), cents);
            let booked = standing.record(&book, &purchase, [0; 32], now).expect("booked").trace;
            let replayed = rehearsal.purchase(&book, &purchase);
            prop_assert_eq!((booked.points, booked.facts), (replayed.points, replayed.facts));
        }
    }
}

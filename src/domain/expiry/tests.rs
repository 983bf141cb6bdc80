//! Every policy, in zones whose clocks change and at the ends of months and years.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    ledger::{Balances, Contra, Draft, Kind, Wallet},
    lots::Account,
};

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone that the bundled data has")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Policy, zone, when the points become spendable, when they expire.
const CASES: [(Expiry, &str, &str, &str); 18] = [
    // The end of a month that has no such day, in a common and in a leap year.
    (
        Expiry::Months { months: 1 },
        "Europe/Amsterdam",
        "2026-01-31T12:00:00+01:00",
        "2026-02-28T12:00:00+01:00",
    ),
    (
        Expiry::Months { months: 1 },
        "Europe/Amsterdam",
        "2028-01-31T12:00:00+01:00",
        "2028-02-29T12:00:00+01:00",
    ),
    (
        Expiry::Months { months: 12 },
        "Europe/Amsterdam",
        "2028-02-29T09:00:00+01:00",
        "2029-02-28T09:00:00+01:00",
    ),
    // So who earns on the 30th, and ten hours later on the 31st, loses them on one day, by the hour.
    (
        Expiry::Months { months: 3 },
        "America/New_York",
        "2026-03-30T13:21:15-04:00",
        "2026-06-30T13:21:15-04:00",
    ),
    (
        Expiry::Months { months: 3 },
        "America/New_York",
        "2026-03-31T00:00:00-04:00",
        "2026-06-30T00:00:00-04:00",
    ),
    // The clock goes forward: 2:30 does not exist on 29 March and is an hour later by the wall.
    (
        Expiry::Months { months: 1 },
        "Europe/Amsterdam",
        "2026-02-28T02:30:00+01:00",
        "2026-03-28T02:30:00+01:00",
    ),
    (
        Expiry::Months { months: 2 },
        "Europe/Amsterdam",
        "2026-01-29T02:30:00+01:00",
        "2026-03-29T03:30:00+02:00",
    ),
    // The clock goes back: 2:30 is there twice on 25 October; the first one counts.
    (
        Expiry::Months { months: 1 },
        "Europe/Amsterdam",
        "2026-09-25T02:30:00+02:00",
        "2026-10-25T02:30:00+02:00",
    ),
    (
        Expiry::Months { months: 6 },
        "America/New_York",
        "2026-09-08T02:30:00-04:00",
        "2027-03-08T02:30:00-05:00",
    ),
    // The end of a month is a local midnight, on either side of a change.
    (
        Expiry::EndOfMonth { months: 0 },
        "Europe/Amsterdam",
        "2026-03-31T23:30:00+02:00",
        "2026-04-01T00:00:00+02:00",
    ),
    (
        Expiry::EndOfMonth { months: 12 },
        "America/New_York",
        "2026-10-31T12:00:00-04:00",
        "2027-11-01T00:00:00-04:00",
    ),
    (Expiry::EndOfMonth { months: 1 }, "Asia/Kolkata", "2026-01-31T18:45:00Z", "2026-03-31T18:30:00Z"),
    // Chile's clocks once skipped the midnight that began a Sunday; Samoa skipped a whole day.
    (
        Expiry::EndOfMonth { months: 0 },
        "Pacific/Apia",
        "2011-12-15T12:00:00-10:00",
        "2012-01-01T00:00:00+14:00",
    ),
    // A year ends where the program is.
    (
        Expiry::CalendarYear { years: 1 },
        "Europe/Amsterdam",
        "2026-12-31T23:30:00+01:00",
        "2028-01-01T00:00:00+01:00",
    ),
    (
        Expiry::CalendarYear { years: 1 },
        "Europe/Amsterdam",
        "2026-12-31T23:30:00Z",
        "2029-01-01T00:00:00+01:00",
    ),
    (Expiry::CalendarYear { years: 0 }, "Pacific/Auckland", "2026-12-31T10:59:59Z", "2026-12-31T11:00:00Z"),
    (Expiry::CalendarYear { years: 0 }, "Pacific/Auckland", "2026-12-31T11:00:00Z", "2027-12-31T11:00:00Z"),
    (
        Expiry::CalendarYear { years: 1 },
        "America/Los_Angeles",
        "2028-02-29T12:00:00-08:00",
        "2030-01-01T00:00:00-08:00",
    ),
];

#[test]
fn every_policy_keeps_to_the_calendar_of_the_program() {
    for (policy, name, from, until) in CASES {
        let expires_at = policy.expires_at(at(from), &zone(name));
        assert_eq!(expires_at, Some(at(until)), "{policy:?} from {from} in {name}");
    }
    for policy in [Expiry::Never, Expiry::Inactivity { months: 3 }] {
        assert_eq!(policy.expires_at(at("2026-01-31T12:00:00Z"), &zone("UTC")), None);
    }
}

fn policies() -> impl Strategy<Value = Expiry> {
    prop_oneof![
        (1_i16..60).prop_map(|months| Expiry::Months { months }),
        (0_i16..60).prop_map(|months| Expiry::EndOfMonth { months }),
        (0_i16..5).prop_map(|years| Expiry::CalendarYear { years }),
    ]
}

proptest! {
    #[test]
    fn later_points_never_expire_earlier(
        policy in policies(),
        name in prop::sample::select(vec!["Europe/Amsterdam", "America/New_York", "Pacific/Apia"]),
        second in 1_200_000_000_i64..1_900_000_000,
        later in 0_i64..40_000_000,
    ) {
        let zone = zone(name);
        let first = Timestamp::from_second(second).expect("an instant");
        let second = Timestamp::from_second(second + later).expect("an instant");
        let expires = |from| policy.expires_at(from, &zone).expect("an instant");
        prop_assert!(expires(first) > first);
        // A clock that goes back shows an hour twice: there the order of instants is not that of the wall.
        // Where a month has no such day, what is earned on it is lost on the month's last, with what was
        // earned on that day of the month: there, and only there, within the day.
        let is_months = matches!(policy, Expiry::Months { .. });
        let slack = if is_months { 3_600 } else { 0 };
        let (earned, lost) = (day_of(second, &zone), day_of(expires(second), &zone));
        let is_short = is_months && lost.day() < earned.day();
        let until = if is_short { first_instant(lost.tomorrow().ok(), &zone) } else { expires(second) };
        prop_assert!(expires(first).as_second() <= until.as_second() + slack);
    }

    #[test]
    fn what_is_stored_is_what_is_read(policy in policies()) {
        let (word, span) = policy.stored();
        prop_assert_eq!(Expiry::from_stored(word, span), Some(policy));
    }
}

fn draft(kind: Kind, contra: Contra, at: Timestamp) -> Draft {
    let (delta, document, reason, trace) = (Balances::default(), None, None, None);
    Draft { kind, delta, contra, effective_at: at, document, reason, trace }
}

#[test]
fn points_lapse_when_nothing_happened_and_not_before() {
    let start = at("2026-08-31T10:00:00+02:00");
    let policy = Expiry::Inactivity { months: 6 };
    let mut account = Account::new(Wallet::empty(start), Vec::new());
    account.inactivity = policy.inactivity(&zone("Europe/Amsterdam"));
    let terms = Terms { activates_at: start, expires_at: None };
    account.accrue(draft(Kind::Accrual, Contra::Issued, start), 10, terms, start).expect("earned");
    // Half a year later by the calendar, though February is short and the clocks have changed.
    let lapse = at("2027-02-28T10:00:00+01:00");
    assert_eq!(account.wallet.next_due, Some(lapse));
    let spend = at("2027-02-28T09:59:59+01:00");
    account.settle(spend).expect("settled");
    account.spend(draft(Kind::Redemption, Contra::Spent, spend), 4, spend).expect("spent");
    account.settle(lapse).expect("settled");
    assert_eq!(account.wallet.balances, Balances::available(6), "a spend keeps the others alive");
    let late = at("2027-12-24T10:00:00+01:00");
    account.settle(late).expect("settled");
    assert_eq!(account.wallet.balances, Balances::default());
    let last = account.entries.last().expect("an entry");
    assert_eq!(last.draft.effective_at, at("2027-08-28T09:59:59+02:00"), "however late it is noticed");
    assert_eq!(account.wallet.next_due, None);
}

#[test]
fn points_that_become_spendable_after_the_lapse_are_gone_at_once() {
    let start = at("2026-01-01T00:00:00Z");
    let mut account = Account::new(Wallet::empty(start), Vec::new());
    account.inactivity = Expiry::Inactivity { months: 1 }.inactivity(&TimeZone::UTC);
    let terms = Terms { activates_at: at("2026-03-01T00:00:00Z"), expires_at: None };
    account.accrue(draft(Kind::Accrual, Contra::Issued, start), 10, terms, start).expect("earned");
    account.settle(at("2026-03-02T00:00:00Z")).expect("settled");
    assert_eq!(account.wallet.balances, Balances::default());
}

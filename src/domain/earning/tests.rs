//! The laws of the evaluator.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    points::Money,
    purchase::{Flag, Flags, Line, MemberRef},
    tier::tests::ladder,
};

pub(crate) fn rulebook() -> Rulebook {
    let at = |hours: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
    Rulebook {
        program: Program {
            name: "Test".into(),
            tagline: String::new(),
            address: String::new(),
            time_zone: "Europe/Amsterdam".into(),
            currency: "EUR".into(),
            currency_digits: 2,
            points_expiry: crate::domain::expiry::Expiry::Never,
            pending_days: 0,
            welcome_points: 0,
            is_demo: false,
        },
        earning_rules: vec![EarningRule {
            earning_rule_id: "per-unit".into(),
            version: 1,
            name: "Ten a euro".into(),
            points_per_unit: 10,
            live_from: Timestamp::UNIX_EPOCH,
            live_until: None,
        }],
        campaigns: vec![Campaign {
            campaign_id: "double".into(),
            version: 1,
            name: "Double points".into(),
            percent: 200,
            starts_at: at(100),
            ends_at: at(148),
        }],
        tiers: ladder(),
        badges: Vec::new(),
    }
}

fn purchase(amount: i64, hours: i64) -> Purchase {
    Purchase {
        source: "till".into(),
        document_id: "1".into(),
        member: MemberRef::ExternalId("a".into()),
        store: None,
        purchased_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours),
        amount: Money(amount),
        lines: Vec::new(),
    }
}

#[test]
fn extras_are_added_to_the_base_and_never_multiplied() {
    let rules = rulebook();
    let silver = Facts::of_tier(Some(&rules.tiers[1]));
    assert_eq!(evaluate(&rules, &silver, &purchase(460, 1)).points, 58); // 46 + 11.5, rounded up once
    assert_eq!(evaluate(&rules, &silver, &purchase(1_000, 101)).points, 225); // 100 + 25 + 100, not 250
}

#[test]
fn lines_with_a_flag_earn_nothing() {
    let line = |amount, flags| Line { sku: None, category: None, quantity: 1, amount: Money(amount), flags };
    let lines = vec![
        line(700, Flags::default()),
        line(250, Flags::default().with(Flag::GiftCard)),
        line(50, Flags::default().with(Flag::Shipping).with(Flag::Tax)),
    ];
    let bought = Purchase { lines, ..purchase(1_000, 1) };
    let trace = evaluate(&rulebook(), &Facts::default(), &bought);
    assert_eq!((trace.amount, trace.points), (700, 70));
}

#[test]
fn a_campaign_runs_from_its_start_until_just_before_its_end() {
    let rules = rulebook();
    for (hours, points) in [(99, 100), (100, 200), (147, 200), (148, 100)] {
        assert_eq!(evaluate(&rules, &Facts::default(), &purchase(1_000, hours)).points, points, "{hours}");
    }
    let over = evaluate(&rules, &Facts::default(), &purchase(1_000, 148));
    assert_eq!(over.skipped, vec![Skipped { rule: "double".into(), version: 1, why: Why::Over }]);
}

#[test]
fn a_purchase_is_evaluated_again_by_the_rules_and_facts_of_its_trace() {
    let mut rules = rulebook();
    let bought = purchase(1_000, 101);
    let first = evaluate(&rules, &Facts::of_tier(Some(&rules.tiers[2])), &bought);
    let old = rules.campaigns[0].clone();
    rules.campaigns[0] = Campaign { version: 2, percent: 500, ..old.clone() };
    rules.campaigns.push(old);
    rules.tiers[2].earn_percent = 900;
    assert_eq!(evaluate_again(&rules.of_trace(&first), &first, &bought), first);
}

#[test]
fn a_trace_reads_back_from_its_data() {
    let trace = evaluate(&rulebook(), &Facts::of_tier(Some(&ladder()[2])), &purchase(333, 120));
    let json = serde_json::to_string(&trace).expect("json");
    assert_eq!(serde_json::from_str::<Trace>(&json).expect("trace"), trace);
}

proptest! {
    #[test]
    fn the_steps_of_a_trace_add_up_to_its_points(
        amount in 0_i64..10_000_000_000,
        hours in 0_i64..200,
        rank in 0_usize..3,
    ) {
        let rules = rulebook();
        let trace = evaluate(&rules, &Facts::of_tier(Some(&rules.tiers[rank])), &purchase(amount, hours));
        let sum: i64 = trace.steps.iter().map(|step| match step {
            Step::Base { micro, .. }
            | Step::Tier { micro, .. }
            | Step::Campaign { micro, .. }
            | Step::Round { micro } => micro,
        }).sum();
        prop_assert_eq!(sum, trace.points * 1_000_000);
        prop_assert!(trace.points >= 0);
    }

    #[test]
    fn more_money_never_earns_less(less in 0_i64..1_000_000, more in 0_i64..1_000_000, hours in 0_i64..200) {
        let rules = rulebook();
        let points = |amount| evaluate(&rules, &Facts::default(), &purchase(amount, hours)).points;
        prop_assert!(points(less.min(more)) <= points(less.max(more)));
    }
}

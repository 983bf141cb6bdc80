//! Examples that a person can follow.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::{
    badge::Badge,
    expiry::Expiry,
    points::Money,
    program::Program,
    purchase::{Flag, Flags, Line, MemberRef},
    tier::tests::ladder,
};

pub(crate) fn program() -> Program {
    Program {
        name: "Test".into(),
        tagline: String::new(),
        address: String::new(),
        time_zone: "Europe/Amsterdam".into(),
        currency: "EUR".into(),
        currency_digits: 2,
        points_expiry: Expiry::Never,
        pending_days: 0,
        welcome_points: 0,
        is_demo: false,
    }
}

/// A rule as its JSON says, live since ever.
pub(super) fn rule(rule_no: i32, campaign_no: Option<i32>, json: &str) -> Rule {
    let definition: Definition = serde_json::from_str(json).expect("a rule");
    check_rule(&definition).expect("an acceptable rule");
    let (live_from, live_until) = (Timestamp::MIN, None);
    Rule {
        rule_no,
        rule: format!("rule-{rule_no}"),
        version: 1,
        campaign_no,
        live_from,
        live_until,
        definition,
    }
}

pub(super) fn campaign(campaign_no: i32, json: &str) -> Campaign {
    let settings: Settings = serde_json::from_str(json).expect("a campaign");
    check_campaign(&settings).expect("an acceptable campaign");
    let (live_from, live_until) = (Timestamp::MIN, None);
    let campaign = format!("campaign-{campaign_no}");
    Campaign { campaign_no, campaign, version: 1, live_from, live_until, settings }
}

pub(super) fn book(rules: Vec<Rule>, campaigns: Vec<Campaign>) -> Rulebook {
    Rulebook::new(program(), (rules, campaigns), ladder(), Vec::<Badge>::new(), Rounding::HalfUp)
}

const BASE: &str = r#"{"name":"Ten a euro","effect":{"type":"per_money","points":10}}"#;

/// Ten points a euro, doubled between the hours 100 and 148 after the epoch.
pub(crate) fn rulebook() -> Rulebook {
    let weekend = r#"{"name":"Double points","schedule":
        {"from":"1970-01-05T05:00:00","until":"1970-01-07T05:00:00"}}"#;
    let double = r#"{"name":"Double","effect":{"type":"multiplier","percent":200}}"#;
    book(vec![rule(1, None, BASE), rule(2, Some(1), double)], vec![campaign(1, weekend)])
}

pub(super) fn purchase(amount: i64, hours: i64) -> Purchase {
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

pub(super) fn line(category: &str, quantity: i64, amount: i64) -> Line {
    let category = Some(category.to_owned());
    Line { sku: None, category, quantity, amount: Money(amount), flags: Flags::default() }
}

pub(super) fn basket(lines: Vec<Line>) -> Purchase {
    let amount = lines.iter().map(|line| line.amount.0).sum();
    Purchase { lines, ..purchase(amount, 1) }
}

fn points(book: &Rulebook, purchase: &Purchase) -> i64 {
    evaluate(book, &Facts::default(), purchase).points
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
    let flagged = |amount, flags| Line { flags, ..line("tea", 1, amount) };
    let lines = vec![
        flagged(700, Flags::default()),
        flagged(250, Flags::default().with(Flag::GiftCard)),
        flagged(50, Flags::default().with(Flag::Shipping).with(Flag::Tax)),
    ];
    let trace = evaluate(&rulebook(), &Facts::default(), &basket(lines));
    assert_eq!((trace.amount, trace.points), (700, 70));
}

#[test]
fn a_campaign_runs_from_its_start_until_just_before_its_end() {
    let rules = rulebook();
    for (hours, earned) in [(99, 100), (100, 200), (147, 200), (148, 100)] {
        assert_eq!(points(&rules, &purchase(1_000, hours)), earned, "{hours}");
    }
}

#[test]
fn a_purchase_is_evaluated_again_by_the_rules_and_facts_of_its_trace() {
    let rules = rulebook();
    let bought = purchase(1_000, 101);
    let first = evaluate(&rules, &Facts::of_tier(Some(&rules.tiers[2])), &bought);
    let (mut all, campaigns) = rules.parts();
    // Since then the first rule has ended and a better one has come.
    all[0].live_until = Some(Timestamp::UNIX_EPOCH);
    all.push(rule(3, None, r#"{"name":"New","effect":{"type":"per_money","points":90}}"#));
    let mut since = rules.with((all, campaigns));
    since.tiers[2].earn_percent = 900;
    assert_eq!(evaluate_again(&since.of_trace(&first), &first, &bought), first);
    assert_eq!(evaluate_again(&since.of_trace(&first), &first, &purchase(0, 101)).points, 0);
}

#[test]
fn a_trace_reads_back_from_its_data_and_is_short() {
    let trace = evaluate(&rulebook(), &Facts::of_tier(Some(&ladder()[2])), &purchase(333, 120));
    let json = serde_json::to_string(&trace).expect("json");
    assert_eq!(serde_json::from_str::<Trace>(&json).expect("trace"), trace);
    assert!(json.len() < 130, "{json}");
}

#[test]
fn a_trace_from_before_rules_had_numbers_prints_as_it_did_and_is_explained() {
    let text = concat!(
        r#"{"amount":460,"steps":[{"step":"base","rule":"per-unit","version":1,"#,
        r#""per_unit":10,"micro":46000000},"#,
        r#"{"step":"tier","tier":"silver","name":"Silver","percent":125,"micro":11500000},"#,
        r#"{"step":"round","micro":500000}],"skipped":[{"rule":"double","why":"over"}],"points":58}"#
    );
    let trace: Trace = serde_json::from_str(text).expect("a trace");
    assert_eq!(serde_json::to_string(&trace).expect("json"), text);
    let told = explain(&rulebook(), &trace);
    assert_eq!(told.told.iter().map(|step| step.micro).sum::<i64>(), 58_000_000);
    assert_eq!(trace.tier_after(), Some("Silver"));
    let named = Rule { rule: "per-unit".into(), ..rule(1, None, BASE) };
    let again = evaluate_again(&book(vec![named], vec![]).of_trace(&trace), &trace, &purchase(460, 1));
    assert_eq!(again.points, 58);
}

#[test]
fn a_filtered_multiplier_doubles_only_its_lines() {
    let tea = r#"{"name":"Tea","when":{"lines":{"category":["tea"]}},
        "effect":{"type":"multiplier","percent":200}}"#;
    let book = book(vec![rule(1, None, BASE), rule(2, None, tea)], vec![]);
    assert_eq!(points(&book, &basket(vec![line("tea", 1, 300), line("cake", 1, 500)])), 110);
    let cake = evaluate(&book, &Facts::default(), &basket(vec![line("cake", 1, 500)]));
    assert_eq!((cake.points, cake.missed.0), (50, vec![(2, Why::Lines)]));
}

#[test]
fn a_rule_for_lines_judges_each_line_by_itself() {
    let json =
        r#"{"name":"Big","on":"line","when":{"amount":{"min":500}},"effect":{"type":"fixed","points":7}}"#;
    let book = book(vec![rule(1, None, json)], vec![]);
    assert_eq!(points(&book, &basket(vec![line("a", 1, 499), line("b", 1, 500), line("c", 1, 900)])), 14);
    assert_eq!(points(&book, &basket(vec![line("a", 1, 499), line("b", 1, 499)])), 0);
}

#[test]
fn limits_take_what_is_over_and_say_why() {
    let json =
        r#"{"name":"Ten","effect":{"type":"per_money","points":10},"limits":[{"points":150,"per":"month"}]}"#;
    let book = book(vec![rule(1, None, json)], vec![]);
    let used = |micro| Facts { used: vec![("rule-1:mp".to_owned(), micro)], ..Facts::default() };
    let trace = evaluate(&book, &used(100_000_000), &purchase(1_000, 1));
    assert_eq!(trace.points, 50);
    assert!(matches!(trace.steps[1], Step::Cap { rule_no: 1, per: Period::Month, micro: -50_000_000 }));
    let none = evaluate(&book, &used(150_000_000), &purchase(1_000, 1));
    assert_eq!((none.points, none.missed.0), (0, vec![(1, Why::Limit)]));
    // Half of it comes back: what was taken by the limit is not taken from the member twice.
    let half = evaluate_again(&book.of_trace(&trace), &trace, &purchase(500, 1));
    assert_eq!(half.points, 50);
    let freed = usage(&book, &trace, jiff::civil::date(1970, 1, 1));
    assert_eq!(freed.limits[0].1, 50_000_000);
}

#[test]
fn campaigns_go_together_as_their_policies_say() {
    let with = |policies: [&str; 3]| {
        let campaigns = (1..)
            .zip(policies)
            .map(|(number, policy)| campaign(number, &format!(r#"{{"name":"C","stacking":"{policy}"}}"#)));
        let rules = (1..4).map(|number| {
            let percent = 100 + number * 50;
            let json = format!(r#"{{"name":"R","effect":{{"type":"multiplier","percent":{percent}}}}}"#);
            rule(number + 1, Some(number), &json)
        });
        let rules = std::iter::once(rule(1, None, BASE)).chain(rules).collect();
        points(&book(rules, campaigns.collect()), &purchase(1_000, 1))
    };
    // 100 and then 50, 100 and 150 more.
    assert_eq!(with(["add", "add", "add"]), 400);
    assert_eq!(with(["best", "best", "add"]), 350);
    assert_eq!(with(["best", "best", "best"]), 250);
    assert_eq!(with(["add", "exclusive", "best"]), 200);
}

#[test]
fn a_cap_on_everything_holds_after_rounding_too() {
    let cap = r#"{"name":"Most","effect":{"type":"cap","points":100,"per":"day"}}"#;
    let base = r#"{"name":"B","effect":{"type":"per_money","points":1}}"#;
    let book = book(vec![rule(1, None, base), rule(2, None, cap)], vec![]);
    let used = |micro| Facts { used: vec![("rule-2:dp".to_owned(), micro)], ..Facts::default() };
    assert_eq!(evaluate(&book, &used(99_000_000), &purchase(150, 1)).points, 1);
    assert_eq!(evaluate(&book, &used(100_000_000), &purchase(150, 1)).points, 0);
}

#[test]
fn a_birthday_on_the_last_of_february_is_kept_every_year() {
    let born = jiff::civil::date(2000, 2, 29);
    let near = |month, day| Facts::near_birthday(&[(3, 1)], born, jiff::civil::date(2026, month, day));
    assert_eq!(near(2, 28), vec![(3, 1)]);
    assert_eq!((near(2, 25).len(), near(3, 1).len(), near(2, 24).len(), near(3, 2).len()), (1, 1, 0, 0));
    let new_year = jiff::civil::date(1990, 1, 1);
    assert_eq!(Facts::days_from_birthday(new_year, jiff::civil::date(2025, 12, 30)), -2);
}

#[test]
fn an_activity_earns_by_its_kind_and_attributes() {
    let json = r#"{"name":"Bottles","on":{"activity":["recycling"]},
        "when":{"attributes":{"material":["glass"]}},
        "effect":{"type":"per_item","points":3},"limits":[{"times":2,"per":"day"}]}"#;
    let book = book(vec![rule(1, None, json)], vec![]);
    let brought = |kind: &str, material: &str| Activity {
        source: "shop".into(),
        document_id: "1".into(),
        member: MemberRef::ExternalId("a".into()),
        kind: kind.into(),
        occurred_at: Timestamp::UNIX_EPOCH,
        attributes: [("material", material), ("quantity", "4")].map(|(k, v)| (k.into(), v.into())).into(),
    };
    let facts = Facts::default();
    assert_eq!(evaluate_activity(&book, &facts, &brought("recycling", "glass")).points, 12);
    assert_eq!(
        evaluate_activity(&book, &facts, &brought("recycling", "tin")).missed.0,
        [(1, Why::Attributes)]
    );
    assert_eq!(evaluate_activity(&book, &facts, &brought("visit", "glass")), Trace::default());
    let twice = Facts { used: vec![("rule-1:dt".to_owned(), 2)], ..Facts::default() };
    assert_eq!(evaluate_activity(&book, &twice, &brought("recycling", "glass")).missed.0, [(1, Why::Limit)]);
}

#[test]
fn what_could_mean_nothing_is_refused_with_its_field() {
    for (json, field) in [
        (r#"{"name":"","effect":{"type":"fixed","points":1}}"#, "name"),
        (r#"{"name":"A","effect":{"type":"fixed","points":0}}"#, "effect.points"),
        (r#"{"name":"A","effect":{"type":"multiplier","percent":100}}"#, "effect.percent"),
        (
            r#"{"name":"A","when":{"amount":{"min":5,"max":4}},"effect":{"type":"fixed","points":1}}"#,
            "when.amount",
        ),
        (r#"{"name":"A","on":{"activity":["A b"]},"effect":{"type":"fixed","points":1}}"#, "on.activity"),
    ] {
        let refused = check_rule(&serde_json::from_str(json).expect("a rule")).expect_err("refused");
        assert_eq!(refused.fields[0].field, field, "{json}");
    }
    let backwards = r#"{"name":"A","schedule":{"from":"2026-01-02T00:00:00","until":"2026-01-01T00:00:00"}}"#;
    let refused = check_campaign(&serde_json::from_str(backwards).expect("a campaign")).expect_err("refused");
    assert_eq!(refused.fields[0].field, "schedule.until");
}

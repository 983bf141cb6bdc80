//! Badges as a person can follow them, and the laws of counting.

use std::collections::{BTreeMap, HashSet};

use jiff::{ToSpan, civil::date};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    counters::{CounterKey, Counters},
    metric::event::Event,
    points::Money,
    purchase::{Flags, Line, MemberRef, Purchase},
};

fn badge(slug: &str, rule: &str) -> Badge {
    let rule = serde_json::from_str(rule).expect("a rule");
    let (name, description) = (slug.to_owned(), "For trying".to_owned());
    Badge {
        badge: slug.to_owned(),
        version: 1,
        name,
        description,
        glyph: "leaf".into(),
        state: State::Live,
        rule,
    }
}

fn bought(lines: &[(&str, i64, i64)], store: &str) -> Purchase {
    let line = |(category, quantity, amount): &(&str, i64, i64)| Line {
        sku: None,
        category: Some((*category).to_owned()),
        quantity: *quantity,
        amount: Money(*amount),
        flags: Flags::default(),
    };
    Purchase {
        source: "till".into(),
        document_id: "1".into(),
        member: MemberRef::ExternalId("a".into()),
        store: Some(store.to_owned()),
        purchased_at: jiff::Timestamp::UNIX_EPOCH,
        amount: Money(lines.iter().map(|(.., amount)| amount).sum()),
        lines: lines.iter().map(line).collect(),
    }
}

/// Books all that happened, each as (days after the first, purchase), and gives counters and awards.
fn play(game: &Game, told: &[(i64, Purchase)]) -> (Counters, HashSet<Held>) {
    let (mut counters, mut awards) = (Counters::default(), HashSet::new());
    for (days, purchase) in told {
        let local = date(2026, 1, 1).saturating_add(days.days()).at(10, 0, 0, 0);
        let mut play = game.play(&counters, &awards);
        for verdict in play.record(&Event::of_purchase(purchase, local), Member::default()) {
            if verdict.is_given {
                assert!(awards.insert(verdict.held), "nothing is given twice");
            } else {
                assert!(awards.remove(&verdict.held), "only what is held is lost");
            }
        }
        play.take_changes().into_iter().for_each(|(key, amount)| counters.add(key, amount));
    }
    (counters, awards)
}

fn levels(awards: &HashSet<Held>, badge: &str) -> Vec<Level> {
    let mut levels: Vec<Level> =
        awards.iter().filter(|held| held.badge == badge).map(|held| held.level).collect();
    levels.sort_unstable();
    levels
}

#[test]
fn the_library_is_acceptable_as_it_stands() {
    let all: Vec<Badge> = library(2).into_iter().map(|ready| ready.badge).collect();
    assert_eq!(all.len(), 30);
    for badge in &all {
        check_badge(badge, &all).unwrap_or_else(|refusal| panic!("{}: {}", badge.badge, refusal.in_full()));
    }
    let names: HashSet<&String> = all.iter().map(|badge| &badge.badge).collect();
    assert_eq!(names.len(), 30);
    let patron = |digits| library(digits).into_iter().find(|ready| ready.badge.badge == "patron");
    assert_eq!(patron(0).expect("there").badge.rule.levels[0].threshold, 100);
}

#[test]
fn a_rule_reads_back_from_its_data_and_refuses_what_it_does_not_know() {
    let text = concat!(
        r#"{"metric":{"on":["purchase"],"where":{"lines":{"category":["tea"]}},"#,
        r#""measure":{"sum":"quantity"},"#,
        r#""window":{"calendar":"month"},"by":"store"},"levels":[{"level":"bronze","threshold":5}],"#,
        r#""repeat":"year","revoke":"on_reversal","visibility":"hidden"}"#
    );
    let rule: BadgeRule = serde_json::from_str(text).expect("a rule");
    assert_eq!(serde_json::to_string(&rule).expect("json"), text);
    assert!(serde_json::from_str::<BadgeRule>(r#"{"levels":[],"metrik":1}"#).is_err());
}

#[test]
fn errors_point_at_their_field() {
    let fields = |rule: &str| {
        let refusal = check_badge(&badge("b", rule), &[]).expect_err("refused");
        refusal.fields.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    let level = r#""levels":[{"level":"bronze","threshold":1}]"#;
    assert_eq!(
        fields(&format!(r#"{{"metric":{{"on":["Purchase"],"measure":"count"}},{level}}}"#)),
        ["/rule/metric/on/0"]
    );
    let repeat = r#"{"metric":{"on":["purchase"],"measure":"count"},"repeat":"month",
        "levels":[{"level":"silver","threshold":5},{"level":"bronze","threshold":9}]}"#;
    assert_eq!(fields(repeat), ["/rule/levels/1/threshold", "/rule/repeat"]);
    let alone = format!(r#"{{"all_of":[{{"badge":"b"}}],{level}}}"#);
    assert_eq!(fields(&alone), ["/rule/all_of/0/badge", "/rule/all_of"]);
}

#[test]
fn badges_that_need_one_another_are_found_out() {
    let needs = |slug: &str, of: &str| {
        badge(
            slug,
            &format!(r#"{{"all_of":[{{"badge":"{of}"}}],"levels":[{{"level":"bronze","threshold":1}}]}}"#),
        )
    };
    let (a, b, c) = (needs("a", "b"), needs("b", "c"), needs("c", "a"));
    assert!(circle(&[&a, &b, &c]));
    assert!(!circle(&[&a, &b]));
}

#[test]
fn rules_that_count_the_same_share_the_counter() {
    let count = |thresholds: &str| {
        format!(r#"{{"metric":{{"on":["purchase"],"measure":"count"}},"levels":{thresholds}}}"#)
    };
    let one = badge("one", &count(r#"[{"level":"bronze","threshold":1}]"#));
    let ten = badge("ten", &count(r#"[{"level":"gold","threshold":10}]"#));
    let game = Game::new(&[one, ten]);
    assert_eq!(game.counters().len(), 1);
    let (counters, awards) = play(&game, &[(0, bought(&[], "a"))]);
    assert_eq!(counters.get(&CounterKey::lifetime("purchases", "")), 1);
    assert_eq!(counters.added().len(), 2, "in all, and by month");
    assert_eq!((levels(&awards, "one"), levels(&awards, "ten")), (vec![Level::Bronze], vec![]));
}

#[test]
fn what_repeats_is_given_once_in_each_period() {
    let rule = r#"{"metric":{"on":["purchase"],"measure":"count","window":{"calendar":"month"}},
        "levels":[{"level":"bronze","threshold":2}],"repeat":"month"}"#;
    let game = Game::new(&[badge("busy", rule)]);
    let told: Vec<(i64, Purchase)> = [0, 1, 2, 32, 40, 70].map(|day| (day, bought(&[], "a"))).to_vec();
    let (_, awards) = play(&game, &told);
    let mut periods: Vec<&str> = awards.iter().map(|held| held.period.as_str()).collect();
    periods.sort_unstable();
    assert_eq!(periods, ["2026-01", "2026-02"]);
}

#[test]
fn who_is_not_in_the_audience_gets_nothing_yet() {
    let rule = r#"{"metric":{"on":["purchase"],"measure":"count"},"levels":[{"level":"bronze","threshold":1}],
        "audience":{"tier":["gold"]}}"#;
    let game = Game::new(&[badge("for-gold", rule)]);
    let purchase = bought(&[], "a");
    let event = Event::of_purchase(&purchase, date(2026, 1, 1).at(9, 0, 0, 0));
    let mut play = game.play(&Counters::default(), &HashSet::new());
    assert!(play.record(&event, Member { tier: Some("silver"), tags: &[] }).is_empty());
    assert_eq!(play.record(&event, Member { tier: Some("gold"), tags: &[] }).len(), 1);
}

#[test]
fn a_share_is_held_only_while_it_is_one() {
    let rule = r#"{"metric":{"on":["purchase"],"measure":{"ratio":{"part":{"store":["a"]},"least":2}}},
        "levels":[{"level":"bronze","threshold":50}],"revoke":"while_true"}"#;
    let game = Game::new(&[badge("half", rule)]);
    let told = |stores: &[&str]| -> Vec<(i64, Purchase)> {
        (0..).zip(stores.iter().map(|store| bought(&[], store))).collect()
    };
    assert!(levels(&play(&game, &told(&["a"])).1, "half").is_empty());
    assert_eq!(levels(&play(&game, &told(&["a", "b"])).1, "half"), [Level::Bronze]);
    assert!(levels(&play(&game, &told(&["a", "b", "b"])).1, "half").is_empty());
}

/// Of every way to read counters one, with levels that random purchases cross.
fn many() -> Game {
    let rules = [
        r#""measure":{"sum":"amount"},"where":{"lines":{"category":["tea"]}}"#,
        r#""measure":{"distinct":"category"},"window":{"calendar":"week"}"#,
        r#""measure":"count","by":"store""#,
        r#""measure":{"streak":"week"}"#,
        r#""measure":"count","window":{"rolling_days":5}"#,
        r#""measure":{"sum":"quantity"},"window":{"calendar":"quarter"}"#,
    ];
    let rule = |metric: &&str| {
        format!(
            r#"{{"metric":{{"on":["purchase"],{metric}}},"levels":[{{"level":"bronze","threshold":2}},
                {{"level":"gold","threshold":4}}]}}"#
        )
    };
    let badges: Vec<Badge> =
        (0..).zip(&rules).map(|(n, metric): (i32, _)| badge(&format!("b-{n}"), &rule(metric))).collect();
    Game::new(&badges)
}

fn some() -> impl Strategy<Value = Vec<(i64, Purchase)>> {
    let line = (prop::sample::select(vec!["tea", "cake", "coffee"]), 0_i64..3, 0_i64..3);
    let one = (0_i64..60, prop::collection::vec(line, 0..3), prop::sample::select(vec!["a", "b"]));
    let one = one.prop_map(|(day, lines, store)| (day, bought(&lines, store)));
    prop::collection::vec(one, 0..12)
}

/// All counters that are not zero.
fn values(counters: &Counters) -> BTreeMap<CounterKey, i64> {
    counters.values().filter(|(_, value)| **value != 0).map(|(key, value)| (key.clone(), *value)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// In whatever order activities come, counters and awards end the same.
    #[test]
    fn order_does_not_matter(told in some(), turn in 0_usize..12) {
        let game = many();
        let (counters, awards) = play(&game, &told);
        let mut other = told;
        other.reverse();
        if !other.is_empty() {
            let turn = turn % other.len();
            other.rotate_left(turn);
        }
        let (others, other_awards) = play(&game, &other);
        prop_assert_eq!(values(&counters), values(&others));
        prop_assert_eq!(awards, other_awards);
    }

    /// Whoever returns everything has counted nothing.
    #[test]
    fn what_is_taken_back_was_never_there(told in some()) {
        let game = many();
        let (mut counters, awards) = play(&game, &told);
        for (days, purchase) in &told {
            let local = date(2026, 1, 1).saturating_add(days.days()).at(10, 0, 0, 0);
            let mut play = game.play(&counters, &awards);
            let again = play.take_back(Some(&Event::of_purchase(purchase, local)), None);
            prop_assert!(again.is_empty());
            play.take_changes().into_iter().for_each(|(key, amount)| counters.add(key, amount));
        }
        prop_assert_eq!(values(&counters), BTreeMap::new());
    }
}

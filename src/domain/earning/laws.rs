//! The laws of the evaluator, over random rulebooks, baskets and histories. A failure prints its seed and is
//! kept for replay by proptest.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    tests::{basket, book, campaign, line, rule},
    *,
};
use crate::domain::counters::CounterKey;

const CATEGORIES: [&str; 3] = ["tea", "cake", "beans"];

/// A rule as the naive model knows it; its JSON is made of it.
#[derive(Debug, Clone)]
struct Simple {
    category: Option<usize>,
    gives: Gives,
    least: i64,
}

#[derive(Debug, Clone, Copy)]
enum Gives {
    Money(i64),
    Items(i64),
    Fixed(i64),
    Bonus(i64),
    Times(i32),
}

fn simple() -> impl Strategy<Value = Simple> {
    let gives = prop_oneof![
        (1_i64..20).prop_map(Gives::Money),
        (1_i64..9).prop_map(Gives::Items),
        (1_i64..50).prop_map(Gives::Fixed),
        (1_i64..50).prop_map(Gives::Bonus),
        (101_i32..400).prop_map(Gives::Times),
    ];
    (prop::option::of(0_usize..2), gives, 0_i64..900).prop_map(|(category, gives, least)| Simple {
        category,
        gives,
        least,
    })
}

impl Simple {
    fn rule(&self, rule_no: i32, campaign_no: Option<i32>, limits: &str) -> Rule {
        let lines =
            self.category.map(|place| format!(r#","lines":{{"category":["{}"]}}"#, CATEGORIES[place]));
        let effect = match self.gives {
            Gives::Money(points) => format!(r#"{{"type":"per_money","points":{points}}}"#),
            Gives::Items(points) => format!(r#"{{"type":"per_item","points":{points}}}"#),
            Gives::Fixed(points) => format!(r#"{{"type":"fixed","points":{points}}}"#),
            Gives::Bonus(points) => format!(r#"{{"type":"per_money","points":{points},"stage":"bonus"}}"#),
            Gives::Times(percent) => format!(r#"{{"type":"multiplier","percent":{percent}}}"#),
        };
        let (least, lines) = (self.least, lines.unwrap_or_default());
        let when = format!(r#"{{"amount":{{"min":{least}}}{lines}}}"#);
        let json = format!(r#"{{"name":"R","when":{when},"effect":{effect},"limits":[{limits}]}}"#);
        rule(rule_no, campaign_no, &json)
    }

    fn takes(&self, category: usize) -> bool {
        self.category.is_none_or(|wanted| wanted == category)
    }
}

type Basket = Vec<(usize, i64, i64)>;

fn baskets() -> impl Strategy<Value = Basket> {
    prop::collection::vec((0_usize..3, 0_i64..5, 0_i64..2_000), 1..6)
}

fn bought(lines: &Basket) -> Purchase {
    basket(
        lines.iter().map(|(place, quantity, amount)| line(CATEGORIES[*place], *quantity, *amount)).collect(),
    )
}

/// The same written another way: line by line, in hundredths of a millionth, with no stages in sight.
fn naive(rules: &[Simple], lines: &Basket) -> i128 {
    let counts = |rule: &Simple| {
        let taken = lines.iter().filter(|(category, ..)| rule.takes(*category));
        let (number, amount) = taken.fold((0, 0), |(n, sum), (.., amount)| (n + 1, sum + amount));
        number > 0 && amount >= rule.least
    };
    let live: Vec<&Simple> = rules.iter().filter(|rule| counts(rule)).collect();
    let mut micro: i128 = 0;
    for giver in &live {
        // What one line, or none, gives; and by how many per cent it is multiplied.
        let mut parts: Vec<(Option<usize>, i128, bool)> = Vec::new();
        for (category, quantity, amount) in lines.iter().filter(|(category, ..)| giver.takes(*category)) {
            match giver.gives {
                Gives::Money(points) => {
                    parts.push((Some(*category), i128::from(points) * i128::from(*amount) * 10_000, true));
                }
                Gives::Bonus(points) => {
                    parts.push((Some(*category), i128::from(points) * i128::from(*amount) * 10_000, false));
                }
                Gives::Items(points) => {
                    parts.push((Some(*category), i128::from(points * quantity) * 1_000_000, true));
                }
                Gives::Fixed(_) | Gives::Times(_) => {}
            }
        }
        if let Gives::Fixed(points) = giver.gives {
            parts.push((None, i128::from(points) * 1_000_000, true));
        }
        for (category, part, is_base) in parts {
            let more: i128 = live
                .iter()
                .map(|other| match (other.gives, category, other.category) {
                    (Gives::Times(percent), _, None) => i128::from(percent - 100),
                    (Gives::Times(percent), Some(is), Some(wanted)) if is == wanted => {
                        i128::from(percent - 100)
                    }
                    _ => 0,
                })
                .sum();
            micro += part * (100 + if is_base { more } else { 0 });
        }
    }
    (micro + 50_000_000).div_euclid(100_000_000)
}

fn numbered(rules: &[Simple]) -> Vec<Rule> {
    (1..).zip(rules).map(|(number, simple)| simple.rule(number, None, "")).collect()
}

/// The use of limits as the write path counts it.
#[derive(Debug, Default)]
struct Counted(BTreeMap<CounterKey, i64>, BTreeMap<String, i64>);

impl Purse for Counted {
    fn used(&self, key: &CounterKey) -> i64 {
        self.0.get(key).copied().unwrap_or_default()
    }

    fn spent(&self, budget: &str) -> i64 {
        self.1.get(budget).copied().unwrap_or_default()
    }
}

impl Counted {
    fn add(&mut self, usage: Usage, sign: i64) {
        for (key, amount) in usage.limits {
            *self.0.entry(key).or_default() += sign * amount;
        }
        for (budget, micro) in usage.budgets {
            *self.1.entry(budget).or_default() += sign * micro;
        }
    }
}

proptest! {
    #[test]
    fn equals_a_naive_model(rules in prop::collection::vec(simple(), 0..7), lines in baskets()) {
        let trace = evaluate(&book(numbered(&rules), vec![]), &Facts::default(), &bought(&lines));
        prop_assert_eq!(i128::from(trace.points), naive(&rules, &lines), "{:?}", trace);
    }

    #[test]
    fn the_order_of_rules_does_not_matter(
        rules in prop::collection::vec(simple(), 0..7),
        lines in baskets(),
        turn in 0_usize..7,
    ) {
        let mut turned = rules.clone();
        turned.rotate_left(turn % rules.len().max(1));
        let points = |rules: &[Simple]| {
            evaluate(&book(numbered(rules), vec![]), &Facts::default(), &bought(&lines)).points
        };
        prop_assert_eq!(points(&rules), points(&turned));
    }

    #[test]
    fn steps_add_up_and_are_rounded_once(rules in prop::collection::vec(simple(), 0..7), lines in baskets()) {
        let book = book(numbered(&rules), vec![]);
        let gold = Facts::of_tier(book.tiers.last());
        let trace = evaluate(&book, &gold, &bought(&lines));
        prop_assert!(trace.rounded().abs() <= 500_000);
        let told = explain(&book, &trace);
        prop_assert_eq!(told.told.iter().map(|step| step.micro).sum::<i64>(), trace.points * 1_000_000);
        let fired = trace.steps.iter().filter(|step| matches!(step, Step::Rule { .. })).count();
        prop_assert_eq!(trace.missed.0.len() + fired, rules.len());
        let json = serde_json::to_string(&trace).expect("json");
        prop_assert_eq!(&serde_json::from_str::<Trace>(&json).expect("a trace"), &trace);
        prop_assert_eq!(evaluate_again(&book.of_trace(&trace), &trace, &bought(&lines)), trace);
    }

    #[test]
    fn limits_budgets_and_caps_hold_over_any_history(
        rules in prop::collection::vec((simple(), prop::option::of(1_i32..3)), 1..6),
        most in 1_i64..300,
        budget in 1_i64..500,
        cap in 1_i64..400,
        history in prop::collection::vec((baskets(), any::<bool>()), 1..12),
    ) {
        let limit = format!(r#"{{"points":{most},"per":"month"}}"#);
        let mut all: Vec<Rule> =
            (1..).zip(&rules).map(|(number, (simple, of))| simple.rule(number, *of, &limit)).collect();
        let json = format!(r#"{{"name":"C","effect":{{"type":"cap","points":{cap},"per":"day"}}}}"#);
        all.push(rule(90, None, &json));
        let limited = format!(r#"{{"name":"A","budget":{budget}}}"#);
        let best = format!(r#"{{"name":"B","budget":{budget},"stacking":"best"}}"#);
        let book = book(all, vec![campaign(1, &limited), campaign(2, &best)]);
        let mut counted = Counted::default();
        let mut points = 0;
        for (lines, comes_back) in history {
            let purchase = bought(&lines);
            let day = day(&book, &purchase);
            let facts = Facts { used: book.used(None, day, &counted), ..Facts::default() };
            let trace = evaluate(&book, &facts, &purchase);
            let used = usage(&book, &trace, day);
            counted.add(used.clone(), 1);
            points += trace.points;
            prop_assert!(points <= cap, "{points} of {cap}");
            for (key, used) in &counted.0 {
                let allowed = if key.dimension.starts_with("rule-90:") { cap } else { most };
                prop_assert!((0..=allowed * 1_000_000).contains(used), "{key:?} {used}");
            }
            for spent in counted.1.values() {
                prop_assert!((0..=budget * 1_000_000).contains(spent), "{spent} of {budget}");
            }
            // A return of everything frees exactly what was used.
            if comes_back {
                counted.add(used.less(&usage(&book, &Trace::default(), day)), -1);
                points -= trace.points;
            }
        }
    }
}

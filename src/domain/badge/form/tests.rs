//! The form of a badge, back and forth.

use proptest::{prelude::*, sample::select};

use super::*;
use crate::domain::{badge::library, form::FilterForm};

fn badge(rule: serde_json::Value) -> Badge {
    let rule = serde_json::from_value(rule).expect("a rule");
    let form = BadgeForm {
        badge: "tea".to_owned(),
        name: "Tea".to_owned(),
        description: "For tea.".to_owned(),
        ..BadgeForm::empty()
    };
    form.with(rule)
}

#[test]
fn a_form_reads_back_as_the_badge_it_shows() {
    for ready in library(2) {
        let form = BadgeForm::of(&ready.badge, 2);
        let is_share = form.rule.contains("ratio");
        assert_eq!(form.rule.is_empty(), !is_share, "plain fields do: {form:?}");
        if !is_share {
            assert_eq!(form.read(2), Ok(ready.badge));
        }
    }
}

/// Fields of a metric, each with something that it may say, and one with what has no field.
fn metrics() -> impl Strategy<Value = serde_json::Value> {
    let measures = vec![
        r#""count""#,
        r#"{"sum":"amount"}"#,
        r#"{"max":"quantity"}"#,
        r#"{"sum":{"attribute":"stars"}}"#,
        r#"{"distinct":"weekday"}"#,
        r#"{"distinct":{"attribute":"product"}}"#,
        r#"{"streak":"week"}"#,
        r#"{"ratio":{"part":{"store":["a"]},"least":3}}"#,
    ];
    let filters = vec![
        "{}",
        r#"{"lines":{"category":["tea","herbs"],"except_sku":["x"]},"store":["Canal Street"]}"#,
        r#"{"amount":{"min":250},"quantity":{"max":9},"weekdays":["sat","sun"]}"#,
        r#"{"hours":{"from":"22:00","until":"02:30"},"attributes":{"material":["glass","tin"]}}"#,
        r#"{"from":"2026-11-01T00:00:00","until":"2026-12-01T00:00:00"}"#,
        r#"{"from":"2026-11-01T07:30:00"}"#,
        r#"{"store":["Canal, corner"]}"#,
    ];
    let windows =
        vec![r#""lifetime""#, r#"{"calendar":"month"}"#, r#"{"rolling_days":30}"#, r#""since_enrolment""#];
    let bys = vec!["null", r#""store""#, r#"{"attribute":"product"}"#];
    let kinds = vec![r#"["purchase"]"#, r#"["visit","review"]"#, "[]"];
    (select(measures), select(filters), select(windows), select(bys), select(kinds)).prop_map(
        |(measure, filter, window, by, on)| {
            let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("json");
            serde_json::json!({ "measure": json(measure), "where": json(filter), "window": json(window),
                "by": json(by), "on": json(on) })
        },
    )
}

proptest! {
    /// Whatever a rule is: the fields say all of it, or it stands there in JSON.
    #[test]
    fn no_rule_loses_anything_in_its_form(
        metric in proptest::option::of(metrics()),
        thresholds in proptest::collection::vec(proptest::option::of(-1_i64..9_999), 3),
        needs in proptest::collection::vec(select(vec!["a", "b silver", "c gold"]), 0..4),
        (repeat, revoke, seen) in (select(vec!["null", r#""month""#]), select(vec!["never", "while_true"]),
            select(vec!["public", "secret"])),
        (digits, tag) in (0_u32..4, select(vec!["press", "two words", "a, b"])),
    ) {
        let levels = Level::ALL.into_iter().zip(&thresholds).filter_map(|(level, threshold)| {
            Some(serde_json::json!({ "level": level, "threshold": (*threshold)? }))
        });
        let needs: Vec<_> = needs.iter().map(|text| need(text)).collect();
        let (all_of, requires) = if metric.is_some() { (Vec::new(), needs) } else { (needs.clone(), needs) };
        let badge = badge(serde_json::json!({
            "metric": metric, "all_of": all_of, "requires": requires, "levels": levels.collect::<Vec<_>>(),
            "repeat": serde_json::from_str::<serde_json::Value>(repeat).expect("json"), "revoke": revoke,
            "visibility": seen, "audience": { "tier": ["gold"], "tag": [tag] },
        }));
        let form = BadgeForm::of(&badge, digits);
        let mut wrong = Wrong::new(digits);
        let said = form.rule.is_empty();
        let json = || serde_json::from_str(&form.rule).expect("json");
        let read = if said { form.read_rule(&mut wrong) } else { json() };
        prop_assert_eq!(&read, &badge.rule);
        prop_assert!(wrong.errors.is_empty());
        let wrong = check_alone(&badge);
        if said {
            let told = form.read(digits).err().map(|refusal| refusal.fields).unwrap_or_default();
            prop_assert_eq!(told.len(), wrong.len(), "the form refuses what the rule refuses");
            prop_assert!(told.iter().all(|error| error.field.starts_with("form[")));
        }
    }
}

#[test]
fn every_field_that_is_wrong_is_named_as_on_the_page() {
    let fields = |form: &BadgeForm| {
        let wrong = form.read(2).expect_err("wrong fields");
        wrong.fields.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    let mut form = BadgeForm { bronze: "some".to_owned(), ..BadgeForm::empty() };
    form.metric.window = "rolling".to_owned();
    form.metric.days = "a week".to_owned();
    form.metric.filter.amount_min = "1,50".to_owned();
    form.metric.last = "soon".to_owned();
    (form.metric.filter.amount_max, form.silver) = ("1.00".to_owned(), "0".to_owned());
    let read =
        ["form[metric][filter][amount_min]", "form[metric][last]", "form[metric][days]", "form[bronze]"];
    let meant = ["form[badge]", "form[name]", "form[description]"];
    assert_eq!(fields(&form), [&read[..], &meant].concat(), "what can't be read comes first");
    form.metric.filter = FilterForm::default();
    form.silver = String::new();
    form.metric = MetricForm { kinds: "Visit".to_owned(), ..MetricForm::default() };
    form.metric.filter.category = "tea".to_owned();
    form.metric.measure = "sum_attribute".to_owned();
    (form.bronze, form.silver, form.gold) = (String::new(), "5".to_owned(), "5".to_owned());
    let meant = [
        "form[badge]",
        "form[name]",
        "form[description]",
        "form[gold]",
        "form[metric][kinds]",
        "form[metric][kinds]",
        "form[metric][attribute]",
    ];
    assert_eq!(fields(&form), meant);
    let row = FieldError::new("/rule/requires/1/badge", "No live badge has this name");
    form.requires = ["", "a", "", "b"].map(str::to_owned).to_vec();
    assert_eq!(form.placed(&row).field, "form[requires][3]");
}

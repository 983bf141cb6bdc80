//! The form of a rule, back and forth.

use super::*;

fn definition(json: &str) -> Definition {
    serde_json::from_str(json).expect("a definition")
}

#[test]
fn a_form_reads_back_as_the_rule_it_shows() {
    for json in [
        r#"{"name":"Points","effect":{"type":"per_money","points":10}}"#,
        r#"{"name":"Tea","on":"line","when":{"lines":{"category":["tea","herbs"],"except_sku":["x"]},
            "weekdays":["sat","sun"],"hours":{"from":"22:00","until":"02:00"},"amount":{"min":250}},
            "effect":{"type":"multiplier","percent":200},
            "limits":[{"points":60,"per":"day"}],"priority":-3}"#,
        r#"{"name":"Bottles","on":{"activity":["recycling","refill"]},
            "when":{"attributes":{"material":["glass","tin"]},"tier":["gold"],"tag":["press"],
            "quantity":{"min":2,"max":9},"birthday":{"before":3,"after":0}},
            "effect":{"type":"per_item","points":5,"stage":"bonus"},
            "limits":[{"points":60,"per":"day"},{"times":2,"per":"week"},{"times":9,"per":"ever"},
            {"points":500,"per":"year"}]}"#,
        r#"{"name":"Most","when":{"first_purchase":true,"store":["Canal Street"]},
            "effect":{"type":"cap","points":500,"per":"month"}}"#,
        r#"{"name":"Visit","effect":{"type":"per_visit","points":5}}"#,
        r#"{"name":"Half","effect":{"type":"per_money","points":1,"per":50,"stage":"bonus"}}"#,
    ] {
        let rule = definition(json);
        let form = RuleForm::of("a", "", &rule, 2);
        assert_eq!(form.read(2), Ok(rule), "{json}");
        assert!(form.limits.iter().any(|limit| limit.number.is_empty()), "room for another limit");
    }
}

#[test]
fn every_field_that_is_wrong_is_named_as_on_the_page() {
    let form = RuleForm {
        points: "ten".to_owned(),
        per: "1,50".to_owned(),
        filter: FilterForm {
            hours_from: "7".to_owned(),
            hours_until: "09:30".to_owned(),
            attributes: "glass".to_owned(),
            ..FilterForm::default()
        },
        ..RuleForm::empty("")
    };
    let wrong = form.read(2).expect_err("wrong fields");
    let fields: Vec<_> = wrong.fields.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        fields,
        ["form[filter][hours_from]", "form[filter][attributes]", "form[per]", "form[points]"],
        "what can't be read comes first"
    );
    let unnamed = RuleForm { points: "10".to_owned(), ..RuleForm::empty("") };
    let wrong = unnamed.read(2).expect_err("no name");
    assert_eq!(wrong.fields[0].field, "form[name]");
}

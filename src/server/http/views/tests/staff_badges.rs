//! Badges as staff type them, on a real Postgres.

use sqlx::PgPool;

use crate::{
    domain::{
        badge::{Level, form::BadgeForm},
        metric::form::MetricForm,
    },
    server::{error::Error, http::views::staff_badges, identity::operator, testing::context},
};

fn typed() -> BadgeForm {
    BadgeForm {
        badge: "tea".to_owned(),
        name: "Tea".to_owned(),
        description: "For tea.".to_owned(),
        ..BadgeForm::empty()
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_typed_is_seen_or_told_at_its_field(pool: PgPool) {
    let ctx = context(pool).await;
    let page = async |form: &BadgeForm, way: &str| {
        staff_badges::editor(&ctx, &operator(), "", Some(form.clone()), way).await.expect("a page")
    };
    let seen = page(&typed(), "").await;
    assert_eq!(seen.preview, Some((vec![(Level::Bronze, 0)], 0)));
    let needs = BadgeForm { requires: vec![String::new(), "nobody silver".to_owned()], ..typed() };
    let refused = page(&needs, "").await;
    assert_eq!(refused.form.requires[1], "nobody silver", "what was typed is kept");
    assert_eq!(refused.refusal.expect("a refusal").fields[0].field, "form[requires][1]");
    let saved = staff_badges::save(&ctx, &operator(), &needs).await;
    let Err(Error::Refused(refusal)) = saved else { panic!("it asks for a badge that is not there") };
    assert_eq!(refusal.fields[0].field, "form[requires][1]");
    staff_badges::save(&ctx, &operator(), &typed()).await.expect("saved");
    let known = staff_badges::editor(&ctx, &operator(), "tea", None, "").await.expect("a page");
    let first = BadgeForm { version: "1".to_owned(), ..typed() };
    assert_eq!((known.form, known.known.map(|badge| badge.version)), (first, Some(1)));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_rule_turns_to_json_and_back_where_the_fields_have_room(pool: PgPool) {
    let ctx = context(pool).await;
    let page = async |form: &BadgeForm, way: &str| {
        staff_badges::editor(&ctx, &operator(), "", Some(form.clone()), way).await.expect("a page")
    };
    let metric = MetricForm { window: "month".to_owned(), ..typed().metric };
    let nameless = BadgeForm { name: String::new(), metric, ..typed() };
    let json = page(&nameless, "json").await.form;
    assert!(json.rule.contains(r#""calendar": "month""#), "{json:?}");
    assert_eq!(page(&json, "fields").await.form, nameless);
    let rule = r#"{"metric":{"on":["purchase"],"measure":{"ratio":{"part":{"store":["a"]},"least":3}}},
        "levels":[{"level":"gold","threshold":20}]}"#;
    let share = BadgeForm { rule: rule.to_owned(), ..typed() };
    let stays = page(&share, "fields").await;
    assert_eq!((stays.form.rule.as_str(), stays.refusal.is_some()), (rule, true));
    assert_eq!(page(&share, "").await.preview, Some((vec![(Level::Gold, 0)], 0)));
    let broken = BadgeForm { rule: rule.replace("least", "most"), ..typed() };
    let wrong = page(&broken, "").await.refusal.expect("a refusal").fields.remove(0);
    assert_eq!(wrong.field, "form[rule]");
    assert!(wrong.message.starts_with("/rule/metric/measure/ratio/most"), "{wrong:?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn everything_that_is_wrong_is_told_at_once(pool: PgPool) {
    let ctx = context(pool).await;
    staff_badges::save(&ctx, &operator(), &typed()).await.expect("saved");
    let form = BadgeForm {
        bronze: "some".to_owned(),
        silver: "1".to_owned(),
        description: String::new(),
        requires: vec!["nobody silver".to_owned()],
        tier: vec!["marble".to_owned()],
        ..typed()
    };
    let refused = async |form: &BadgeForm| {
        let Err(Error::Refused(refusal)) = staff_badges::save(&ctx, &operator(), form).await else {
            panic!("refused: {form:?}")
        };
        refusal.fields.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    let also = ["form[description]", "form[requires][0]", "form[tier]", "form[badge]"];
    assert_eq!(refused(&form).await, [&["form[bronze]"], &also[..]].concat());
    // The same of a rule in JSON that can't be read, or is too long.
    let page = async |rule: String| {
        let form = BadgeForm { rule, name: String::new(), badge: "new".to_owned(), ..form.clone() };
        assert_eq!(refused(&form).await, ["form[rule]", "form[name]", "form[description]"]);
        let sent = crate::domain::form::typed::query(&form);
        assert!(sent.len() < 65_000, "an address has room for it: {}", sent.len());
    };
    page("{".to_owned()).await;
    page(format!("{{\"levels\": [{}]}}", "\"\", ".repeat(30_000))).await;
    let long = BadgeForm { rule: "[".repeat(100_000), ..typed() };
    let refusal =
        staff_badges::editor(&ctx, &operator(), "", Some(long), "fields").await.expect("a page").refusal;
    let told = refusal.expect("refused").fields.remove(0).message;
    assert!(told.starts_with("This is too long: 20 kB fit here"), "{told}");
}

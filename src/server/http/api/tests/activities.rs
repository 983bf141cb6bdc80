//! Activities through the router, and what a trace says.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::till::{Till, sold};
use crate::server::{rules::editing, testing::wait, verify::verify};

/// Five points for each bottle of glass, at most eight in a day; twenty for a review.
const RULES: &str = r#"{ "rules": [
    { "rule": "bottles", "definition": { "name": "Bottles brought back", "on": { "activity": ["recycling"] },
        "when": { "attributes": { "material": ["glass"] } },
        "effect": { "type": "per_item", "points": 5 }, "limits": [{ "points": 40, "per": "day" }] } },
    { "rule": "tins", "definition": { "name": "Tins brought back", "on": { "activity": ["recycling"] },
        "when": { "attributes": { "material": ["tin"] } }, "effect": { "type": "fixed", "points": 3 } } },
    { "rule": "review", "definition": { "name": "A review", "on": { "activity": ["review"] },
        "effect": { "type": "fixed", "points": 20 } } }
] }"#;

async fn shop(pool: PgPool) -> Till {
    let till = Till::new(pool).await;
    let draft = editing::read(RULES).expect("a draft");
    editing::apply(&till.ctx, &draft, None).await.expect("rules that are live");
    wait(&till.ctx, SignedDuration::from_hours(1));
    till.with("till-1", &["activities:write", "purchases:write", "members:read"]).await
}

fn brought(id: &str, bottles: i64) -> Value {
    json!({ "id": id, "member": { "external_id": "maya" }, "kind": "recycling",
        "occurred_at": "2026-11-21T10:30:00+01:00",
        "attributes": { "material": "glass", "quantity": bottles } })
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_activity_is_recorded_once_and_answered_alike(pool: PgPool) {
    let till = shop(pool).await;
    let first = till.post("/activities", &brought("a-1", 6)).await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(first.body["points"], json!({ "earned": 30, "pending": 0 }));
    assert_eq!((&first.body["balance"], &first.body["tier"]), (&json!(30), &json!("Bronze")));

    let limited = till.post("/activities", &brought("a-2", 6)).await;
    assert_eq!(limited.body["points"]["earned"], 10, "{limited:?}");
    let again = till.post("/activities", &brought("a-1", 6)).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let other = till.post("/activities", &brought("a-1", 7)).await;
    assert_eq!((other.status, other.code()), (StatusCode::CONFLICT, "document_conflict"));
    let clash = till.post("/purchases", &sold("a-1", "maya", "1.00")).await;
    assert_eq!(clash.code(), "document_conflict", "purchases and activities share the ids");

    let unknown = json!({ "id": "a-3", "member": { "external_id": "jo" }, "kind": "yoga",
        "occurred_at": "2026-11-21" });
    let unknown = till.post("/activities", &unknown).await;
    assert_eq!((unknown.status.as_u16(), &unknown.body["points"]["earned"]), (201, &json!(0)), "{unknown:?}");
    assert_eq!(till.get("/members?external_id=jo").await.status, 200, "an unknown outside id makes a member");
    assert!(verify(&till.ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_wrong_with_an_activity_is_told_with_its_place(pool: PgPool) {
    let till = shop(pool).await;
    let with = |field: &str, value: Value| {
        let mut body = brought("a-1", 1);
        body[field] = value;
        body
    };
    let long = "x".repeat(201);
    let many: Value =
        (0..21).map(|number| (format!("a{number}"), json!(1))).collect::<serde_json::Map<_, _>>().into();
    for (body, pointer) in [
        (with("id", json!("")), "/id"),
        (with("kind", json!("Recycling")), "/kind"),
        (with("occurred_at", json!("soon")), "/occurred_at"),
        (with("occurred_at", json!("2026-11-29")), "/occurred_at"),
        (with("occurred_at", json!("1950-11-29")), "/occurred_at"),
        (with("attributes", json!({ "quantity": -5 })), "/attributes/quantity"),
        (with("attributes", json!({ "quantity": "1000001" })), "/attributes/quantity"),
        (with("attributes", json!({ "quantity": "five" })), "/attributes/quantity"),
        (with("attributes", json!({ "quantity": 1.5 })), "/attributes/quantity"),
        (with("attributes", json!({ "a/b": long })), "/attributes/a~1b"),
        (with("attributes", json!({ "material": ["glass"] })), "/attributes/material"),
        (with("attributes", many), "/attributes"),
        (with("amount", json!("1.00")), "/amount"),
    ] {
        let answer = till.post("/activities", &body).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]), "{body} {answer:?}");
        assert!(!answer.body.to_string().contains("untagged"), "{answer:?}");
    }
    let nobody = with("member", json!({ "card": "1" }));
    assert_eq!(till.post("/activities", &nobody).await.code(), "member_not_found");
    let reader = till.with("reader", &["purchases:write"]).await;
    assert_eq!(reader.post("/activities", &brought("a-1", 1)).await.code(), "missing_scope");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn fifty_activities_at_once_have_one_effect_whoever_hangs_up(pool: PgPool) {
    let till = shop(pool).await;
    let mut sent = tokio::task::JoinSet::new();
    for number in 0..50 {
        let till = till.clone();
        sent.spawn(async move {
            let body = brought("a-1", 6);
            let answer = till.post("/activities", &body);
            let patience = std::time::Duration::from_millis(if number % 2 == 0 { 1 } else { 60_000 });
            tokio::time::timeout(patience, answer).await
        });
    }
    let answers: Vec<_> = sent.join_all().await.into_iter().flatten().collect();
    assert!(answers.iter().all(|answer| answer.body["points"]["earned"] == 30), "{answers:?}");
    let member = answers[0].body["member_id"].as_str().expect("an id").to_owned();
    let ledger = till.get(&format!("/members/{member}/ledger")).await;
    assert_eq!(ledger.body["items"].as_array().map(Vec::len), Some(1));
    // Who hung up sends again: the same answer, no other effect.
    assert_eq!(till.post("/activities", &brought("a-1", 6)).await.body, answers[0].body);
    assert!(verify(&till.ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_trace_says_in_words_what_counted_and_what_did_not(pool: PgPool) {
    let till = shop(pool).await;
    till.post("/activities", &brought("a-1", 6)).await;
    let limited = till.post("/activities", &brought("a-2", 6)).await.body;
    let told: Vec<(&str, &str, &str)> = limited["trace"]["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| {
            let text = |field: &str| step[field].as_str().unwrap_or_default();
            (text("outcome"), text("points"), text("words"))
        })
        .collect();
    let expected = [
        ("gave", "30", "Bottles brought back: 5 points for each thing: 6 things × 5"),
        ("took", "-20", "Bottles brought back gives no more in a day"),
        ("skipped", "0", "Tins brought back asks for other attributes"),
    ];
    assert_eq!(told, expected);
    let skipped = &limited["trace"]["steps"][2];
    assert_eq!((&skipped["rule"], &skipped["why"]), (&json!("tins"), &json!("attributes")));

    let sold = till.post("/purchases", &sold("r-1", "maya", "7.60")).await.body;
    let step = &sold["trace"]["steps"][0];
    assert_eq!((&step["rule"], &step["points"]), (&json!("per-unit"), &json!("76")), "{sold}");
    assert_eq!(step["words"], "10 points for every €1: €7.60 × 10");
    let member = sold["member_id"].as_str().expect("an id");
    let ledger = till.get(&format!("/members/{member}/ledger")).await.body;
    let of = |id: &str| {
        let items = ledger["items"].as_array().expect("items");
        items.iter().find(|item| item["document"] == id).cloned().unwrap_or_default()
    };
    assert_eq!(of("r-1")["trace"], sold["trace"], "the ledger tells what the answer told");
    assert_eq!(of("a-2")["trace"], limited["trace"]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn every_entry_names_its_document(pool: PgPool) {
    let till = Till::new(pool).await;
    let coffee = till.reward("Coffee", 50).await;
    till.post("/purchases", &sold("r-1", "maya", "20.00")).await;
    let wants = json!({ "id": "x-1", "member": { "external_id": "maya" }, "reward": coffee });
    assert_eq!(till.post("/redemptions", &wants).await.status, 201);
    let half = json!({ "id": "b-1", "returned_at": "2026-11-21", "lines": [{ "line": 1, "quantity": 1 }] });
    assert_eq!(till.post("/purchases/r-1/returns", &half).await.status, 201);
    let member = till.get("/members?external_id=maya").await.body["id"].as_str().expect("an id").to_owned();
    let ledger = till.get(&format!("/members/{member}/ledger")).await.body;
    let told: Vec<(Value, Value)> = ledger["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| (item["kind"].clone(), item["document"].clone()))
        .collect();
    assert_eq!(json!(told), json!([["reversal", "b-1"], ["redemption", "x-1"], ["accrual", "r-1"]]));
}

//! What no till should send: refused with its place, and never with a 500.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::till::{Till, sold};

/// A purchase with one field put in.
fn with(field: &str, value: Value) -> Value {
    let mut body = sold("r-1", "maya", "10.00");
    body[field] = value;
    body
}

fn with_line(field: &str, value: Value) -> Value {
    let mut body = sold("r-1", "maya", "10.00");
    body["lines"][0][field] = value;
    body
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn fields_that_are_wrong_are_told_with_their_places(pool: PgPool) {
    let till = Till::new(pool).await;
    let long = "x".repeat(300);
    for (body, pointer) in [
        (with_line("amount", json!("12.345")), "/lines/0/amount"),
        (with_line("amount", json!("1e5")), "/lines/0/amount"),
        (with_line("amount", json!("-1.00")), "/lines/0/amount"),
        (with_line("amount", json!("99999999999999999999.00")), "/lines/0/amount"),
        (with_line("amount", json!("9223372036854775807")), "/lines/0/amount"),
        (with_line("amount", json!(12.3)), "/lines/0/amount"),
        (with_line("quantity", json!(-1)), "/lines/0/quantity"),
        (with_line("quantity", json!(1.5)), "/lines/0/quantity"),
        (with_line("quantity", json!(9_223_372_036_854_775_807_u64)), "/lines/0/quantity"),
        (with_line("sku", json!("a\u{0}b")), "/lines/0/sku"),
        (with_line("category", json!(long)), "/lines/0/category"),
        (with_line("flags", json!(["shipping", "gift"])), "/lines/0/flags"),
        (with_line("colour", json!("red")), "/lines/0/colour"),
        (with("amount", json!("10.01")), "/amount"),
        (with("id", json!("")), "/id"),
        (with("id", json!("  ")), "/id"),
        (with("id", json!(long)), "/id"),
        (with("id", json!("a\u{0}")), "/id"),
        (with("store", json!("a\u{0}")), "/store"),
        (with("currency", json!("USD")), "/currency"),
        (with("purchased_at", json!("1066-10-14")), "/purchased_at"),
        (with("purchased_at", json!("1950-06-01")), "/purchased_at"),
        (with("purchased_at", json!("1980-01-01T00:00:00Z")), "/purchased_at"),
        (with("purchased_at", json!("9999-12-31T23:59:59Z")), "/purchased_at"),
        (with("purchased_at", json!("-262143-01-01T00:00:00Z")), "/purchased_at"),
        (with("purchased_at", json!("2027-01-01")), "/purchased_at"),
        (with("member", json!({ "external_id": "a\u{0}b" })), "/member/external_id"),
        (with("member", json!({ "name": "maya" })), "/member"),
        (with("lines", json!(vec![json!({ "quantity": 1, "amount": "1" }); 501])), "/lines"),
        (with("tip", json!("1.00")), "/tip"),
        (json!({ "id": "r", "member": { "id": "x" }, "purchased_at": "2026-11-20" }), "/amount"),
    ] {
        let answer = till.post("/purchases", &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (422, "invalid"), "{pointer} {answer:?}");
        assert!(answer.pointers().contains(&pointer), "{pointer} {answer:?}");
    }
    let both = with("member", json!({ "card": "1", "id": "x" }));
    assert_eq!(till.post("/purchases", &both).await.status.as_u16(), 422);
    for name in [json!({ "id": "nobody" }), json!({ "card": "482917304" }), json!({ "email": "a@b.example" })]
    {
        let answer = till.post("/purchases", &with("member", name)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (422, "member_not_found"), "{answer:?}");
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_odd_but_right_is_taken(pool: PgPool) {
    let till = Till::new(pool).await;
    let quiet = with_line("quantity", json!(0));
    assert_eq!(till.post("/purchases", &quiet).await.status, 201, "things sold by weight count as none");
    let mut shipped = sold("shipped", "maya", "10.00");
    shipped["lines"][0]["flags"] = json!(["shipping"]);
    assert_eq!(till.post("/purchases", &shipped).await.body["points"]["earned"], 0);
    for (id, body) in [
        ("long", json!({ "amount": "0.00", "purchased_at": "1990-01-01T00:00:00+14:00" })),
        ("🧾 é漢字", json!({ "amount": "1", "purchased_at": "2026-11-20" })),
    ] {
        let mut body = body;
        body["id"] = json!(id);
        body["member"] = json!({ "external_id": "Ünï ☕" });
        assert_eq!(till.post("/purchases", &body).await.status, 201, "{id}");
    }
    let long = json!({ "id": "i".repeat(200), "member": { "external_id": "m".repeat(120) }, "amount": "1.5",
        "purchased_at": "2026-11-20T10:00" });
    assert_eq!(till.post("/purchases", &long).await.status, 201);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_no_json_or_too_much_is_a_problem(pool: PgPool) {
    let till = Till::new(pool).await;
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    for body in ["", "{", "nul", "{\"id\": \"a\u{1}\"}", &deep] {
        let answer = till.send("POST", "/purchases", Some(body)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed"), "{answer:?}");
    }
    let large = format!("{{\"id\": \"{}\"}}", "x".repeat(1024 * 1024));
    let answer = till.send("POST", "/purchases", Some(&large)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (413, "too_large"));
    let many = json!({ "purchases": vec![json!(1); 1_001] });
    let answer = till.post("/purchases/batch", &many).await;
    assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["/purchases"]));

    let plain = Request::post("/api/v1/purchases")
        .header(header::AUTHORIZATION, format!("Bearer {}", till.key.clone().expect("a key")))
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("{}"));
    let answer = till.ask(plain.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn paths_and_queries_that_are_nothing_are_problems(pool: PgPool) {
    let till = Till::new(pool).await;
    till.post("/purchases", &sold("r-1", "maya", "10.00")).await;
    let member = till.get("/members?external_id=maya").await.body["id"].as_str().expect("an id").to_owned();
    let wrong_method = till.send("DELETE", "/purchases", None).await;
    assert_eq!((wrong_method.status.as_u16(), wrong_method.code()), (405, "method_not_allowed"));
    assert_eq!(wrong_method.header("allow"), Some("POST"));
    for (path, status) in [
        ("/nothing", 404),
        ("", 404),
        ("/members/%00", 404),
        ("/members/%FF", 404),
        ("/members?external_id=%00", 404),
        ("/members?external_id=a&card=b", 422),
        ("/members?colour=red", 422),
        ("/rewards?member_id=nobody", 422),
        ("/rewards?cursor=garbage", 422),
        ("/rewards?limit=-1", 422),
        ("/rewards?limit=many", 422),
        ("/leaderboards/points?cursor=%00", 422),
        ("/leaderboards/points?around=%00", 422),
        ("/leaderboards/points?span=1000&around=x", 422),
        ("/leaderboards/points?span=5", 422),
        ("/leaderboards/points?period=%00", 422),
    ] {
        let answer = till.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        assert!(!answer.code().is_empty(), "{path}");
    }
    for query in ["cursor=garbage", "cursor=99999999999999999999", "limit=0", "limit=201"] {
        assert_eq!(
            till.get(&format!("/members/{member}/ledger?{query}")).await.status.as_u16(),
            422,
            "{query}"
        );
    }
    for cursor in ["-1", "0", "9223372036854775807"] {
        let page = till.get(&format!("/members/{member}/ledger?cursor={cursor}")).await;
        assert_eq!(page.status.as_u16(), 200, "{cursor}");
    }
    for code in ["%00", "a%20b", "%F0%9F%8E%9F", "NOT-A-CODE"] {
        assert_eq!(
            till.send("POST", &format!("/vouchers/{code}/use"), None).await.status.as_u16(),
            404,
            "{code}"
        );
    }
}

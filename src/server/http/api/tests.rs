//! The API through the router that serves it, on a real Postgres.

mod activities;
mod hostile;
mod till;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::PgPool;

use self::till::{Till, document_id, sold};
use crate::server::{api_keys, badges, dispatcher, identity::operator, testing::wait, verify::verify};

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_purchase_is_recorded_once_and_answered_alike(pool: PgPool) {
    let till = Till::new(pool).await;
    let body = sold("r-1", "maya", "12.30");
    let first = till.post("/purchases", &body).await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(first.body["points"], json!({ "earned": 123, "pending": 0 }));
    assert_eq!((&first.body["balance"], &first.body["tier"]), (&json!(123), &json!("Bronze")));
    assert_eq!(first.body["trace"]["amount"], "12.30");
    assert!(first.body["trace"].get("tier").is_none());

    till.post("/purchases", &sold("r-2", "maya", "99.00")).await;
    wait(&till.ctx, SignedDuration::from_hours(24));
    let again = till.post("/purchases", &body).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.header("idempotent-replayed"), None);

    let other = till.post("/purchases", &sold("r-1", "maya", "12.31")).await;
    assert_eq!((other.status, other.code()), (StatusCode::CONFLICT, "document_conflict"));
    assert_eq!(other.header("content-type"), Some("application/problem+json"));
    let another_till = till.with("till-2", &["purchases:write"]).await;
    assert_eq!(another_till.post("/purchases", &body).await.status, 201, "ids are the source's own");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn fifty_at_once_have_one_effect(pool: PgPool) {
    let till = Till::new(pool).await;
    let body = sold("r-1", "maya", "10.00");
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (till, body) = (till.clone(), body.clone());
        sent.spawn(async move { till.post("/purchases", &body).await });
    }
    let answers = sent.join_all().await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!((made, answers.iter().filter(|answer| answer.status == 200).count()), (1, 49));
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    let member = answers[0].body["member_id"].as_str().expect("an id");
    let ledger = till.get(&format!("/members/{member}/ledger")).await;
    assert_eq!(ledger.body["items"].as_array().map(Vec::len), Some(1));
    assert!(verify(&till.ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_key_opens_what_its_scopes_say_until_it_is_revoked(pool: PgPool) {
    let till = Till::new(pool).await;
    let body = sold("r-1", "maya", "10.00");
    let nobody = Till { key: None, ..till.clone() }.post("/purchases", &body).await;
    assert_eq!((nobody.status, nobody.code()), (StatusCode::UNAUTHORIZED, "no_key"));
    assert!(nobody.header("www-authenticate").is_some());
    let guessed = Till { key: Some("laurel_guessed".to_owned()), ..till.clone() };
    assert_eq!(guessed.post("/purchases", &body).await.status, 401);

    let reader = till.with("reader", &["members:read"]).await;
    let refused = reader.post("/purchases", &json!({})).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "missing_scope"));
    let admin = till.with("boss", &["admin"]).await;
    assert_eq!(admin.post("/purchases", &body).await.status, 201);

    for key in api_keys::list(&till.ctx, &operator()).await.expect("keys") {
        api_keys::revoke(&till.ctx, &operator(), key.api_key_id).await.expect("revoked");
    }
    assert_eq!(admin.get("/badges").await.status, 401);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn too_many_calls_are_told_when_to_come_back(pool: PgPool) {
    let till = Till::new(pool).await;
    sqlx::query("update api_keys set per_minute = 2").execute(&till.ctx.pool).await.expect("a limit");
    for _ in 0..2 {
        assert_eq!(till.get("/badges").await.status, 200);
    }
    let over = till.get("/badges").await;
    assert_eq!((over.status, over.code()), (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"));
    assert_eq!(over.header("retry-after"), Some("60"));
    wait(&till.ctx, SignedDuration::from_mins(1));
    assert_eq!(till.get("/badges").await.status, 200);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_batch_answers_each_in_order(pool: PgPool) {
    let till = Till::new(pool).await;
    till.post("/purchases", &sold("r-1", "maya", "10.00")).await;
    let wrong = json!({ "id": "r-2", "member": { "external_id": "maya" }, "purchased_at": "2026-11-20",
        "lines": [{ "quantity": 1, "amount": 5 }] });
    let clash = sold("r-1", "maya", "11.00");
    let nobody =
        json!({ "id": "r-4", "member": { "card": "1" }, "purchased_at": "2026-11-20", "amount": "1" });
    let purchases = json!([sold("r-1", "maya", "10.00"), wrong, clash, nobody, sold("r-5", "jo", "3.00"), 7]);
    let answer = till.post("/purchases/batch", &json!({ "purchases": purchases })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let told: Vec<(Value, Value)> = answer.body["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| (result["status"].clone(), result["id"].clone()))
        .collect();
    let expected = json!([[200, "r-1"], [422, "r-2"], [409, "r-1"], [422, "r-4"], [201, "r-5"], [422, null]]);
    assert_eq!(json!(told), expected);
    assert_eq!(answer.body["results"][1]["errors"][0]["pointer"], "/lines/0/amount");
    assert_eq!(answer.body["results"][3]["code"], "member_not_found");
    assert_eq!(answer.body["results"][4]["points"]["earned"], 30);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_preview_tells_what_recording_would_and_writes_nothing(pool: PgPool) {
    let till = Till::new(pool).await;
    till.post("/purchases", &sold("r-0", "maya", "85.00")).await;
    for who in ["maya", "somebody new"] {
        let body = sold("r-1", who, "12.30");
        let preview = till.post("/purchases/preview", &body).await;
        assert_eq!(preview.status, 200, "{preview:?}");
        let found = till.get(&format!("/members?external_id={}", who.replace(' ', "%20"))).await;
        assert_eq!(found.status, if who == "maya" { 200 } else { 404 });
        let body = sold(&document_id(), who, "12.30");
        let recorded = till.post("/purchases", &body).await;
        for field in ["points", "balance", "tier", "awards", "trace"] {
            assert_eq!(preview.body[field], recorded.body[field], "{field} of {who}");
        }
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_member_is_made_found_and_read(pool: PgPool) {
    let till = Till::new(pool).await;
    let new = json!({ "external_id": "c-1", "email": "Maya@example.org", "display_name": "Maya",
        "birth_date": "1990-04-23" });
    let made = till.post("/members", &new).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.body["id"].as_str().expect("an id").to_owned();
    let card = made.body["card"].as_str().expect("a card").to_owned();
    for path in [
        format!("/members/{id}"),
        "/members?external_id=c-1".to_owned(),
        format!("/members?card={card}"),
        "/members?email=maya@EXAMPLE.org".to_owned(),
    ] {
        assert_eq!(till.get(&path).await.body, made.body, "{path}");
    }
    let again = till.post("/members", &new).await;
    assert_eq!((again.status, again.code()), (StatusCode::CONFLICT, "external_id_taken"));
    let other = json!({ "email": "maya@example.org" });
    assert_eq!(till.post("/members", &other).await.code(), "email_taken");
    assert_eq!(till.get("/members?external_id=nobody").await.status, 404);
    assert_eq!(till.get("/members/nobody").await.status, 404);
    assert_eq!(till.get("/members").await.status, 422);

    till.post("/purchases", &sold("r-1", "c-1", "90.00")).await;
    let member = till.get(&format!("/members/{id}")).await.body;
    assert_eq!(member["wallets"]["points"]["available"], 900);
    assert_eq!((&member["tier"]["name"], &member["tier"]["points_to_next"]), (&json!("Silver"), &json!(600)));
    assert!(member["badges"].as_array().is_some_and(|badges| !badges.is_empty()));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_ledger_is_read_page_by_page_with_its_explanations(pool: PgPool) {
    let till = Till::new(pool).await;
    for number in 0..5 {
        till.post("/purchases", &sold(&format!("r-{number}"), "maya", "10.00")).await;
    }
    let member = till.get("/members?external_id=maya").await.body["id"].as_str().expect("an id").to_owned();
    let (mut path, mut seen) = (format!("/members/{member}/ledger?limit=2"), Vec::new());
    loop {
        let page = till.get(&path).await.body;
        for entry in page["items"].as_array().expect("items") {
            assert_eq!(entry["trace"]["points"], entry["points"]);
            seen.push(entry["document"].as_str().expect("a document").to_owned());
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/members/{member}/ledger?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["r-4", "r-3", "r-2", "r-1", "r-0"]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_comes_back_takes_its_points_once(pool: PgPool) {
    let till = Till::new(pool).await;
    till.post("/purchases", &sold("r-1", "maya", "20.00")).await;
    let half = json!({ "id": "b-1", "returned_at": "2026-11-21", "lines": [{ "line": 1, "quantity": 1 }] });
    let back = till.post("/purchases/r-1/returns", &half).await;
    assert_eq!(back.status, 201, "{back:?}");
    assert_eq!(back.body["points"], json!({ "taken": 100, "debt": 0 }));
    assert_eq!((&back.body["balance"], &back.body["trace"]["points"]), (&json!(100), &json!(100)));
    let again = till.post("/purchases/r-1/returns", &half).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &back.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let other = json!({ "id": "b-1", "returned_at": "2026-11-21" });
    assert_eq!(till.post("/purchases/r-1/returns", &other).await.code(), "document_conflict");
    let rest = json!({ "id": "b-2", "returned_at": "2026-11-21" });
    assert_eq!(till.post("/purchases/r-1/returns", &rest).await.body["balance"], 0);
    let more = json!({ "id": "b-3", "returned_at": "2026-11-21" });
    assert_eq!(till.post("/purchases/r-1/returns", &more).await.code(), "already_returned");
    let early = json!({ "id": "b-9", "returned_at": "2026-11-21" });
    let parked = till.post("/purchases/r-9/returns", &early).await;
    assert_eq!((parked.status.as_u16(), &parked.body["state"]), (202, &json!("parked")));
    for wrong in [
        json!({ "id": "b-4", "returned_at": "2026-11-21", "lines": [] }),
        json!({ "id": "b-4", "returned_at": "2026-11-21", "lines": [{ "line": 0, "quantity": 1 }] }),
        json!({ "id": "b-4", "returned_at": "2026-11-21", "lines": [{ "line": 9, "quantity": 1 }] }),
        json!({ "id": "b-4", "returned_at": "2026-11-21", "lines": [{ "line": 99999, "quantity": 1 }] }),
        json!({ "id": "b-4", "returned_at": "2026-11-21", "amount": "0" }),
        json!({ "id": "b-4", "returned_at": "2026-11-21", "amount": "1.00", "lines": [] }),
        json!({ "id": "a\u{0}", "returned_at": "2026-11-21" }),
        json!({ "id": "b-4", "returned_at": "soon" }),
    ] {
        assert_eq!(till.post("/purchases/r-1/returns", &wrong).await.status.as_u16(), 422, "{wrong}");
    }
    let odd = till.post("/purchases/%00/returns", &early).await;
    assert!(odd.status.is_client_error(), "{odd:?}");
    assert!(verify(&till.ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_redemption_is_answered_alike_for_ever_refusals_too(pool: PgPool) {
    let till = Till::new(pool).await;
    let coffee = till.reward("Coffee", 100).await;
    let wants = |id: &str| json!({ "id": id, "member": { "external_id": "maya" }, "reward": coffee });
    assert_eq!(till.post("/redemptions", &wants("x-0")).await.code(), "member_not_found");
    till.post("/purchases", &sold("r-1", "maya", "9.00")).await;
    let poor = till.post("/redemptions", &wants("x-1")).await;
    assert_eq!((poor.status.as_u16(), poor.code()), (422, "insufficient_points"));
    assert_eq!(poor.body["points_missing"], 10);
    let member = till.get("/members?external_id=maya").await.body["id"].as_str().expect("an id").to_owned();
    let offer = till.get(&format!("/rewards?member_id={member}")).await.body["items"][0].clone();
    assert_eq!((&offer["available"], &offer["points_missing"]), (&json!(false), &json!(10)));

    till.post("/purchases", &sold("r-2", "maya", "20.00")).await;
    assert_eq!(till.post("/redemptions", &wants("x-1")).await.body, poor.body, "refused for ever");
    let issued = till.post("/redemptions", &wants("x-2")).await;
    assert_eq!((issued.status.as_u16(), &issued.body["balance"]), (201, &json!(190)), "{issued:?}");
    let code = issued.body["voucher"]["code"].as_str().expect("a code").to_owned();
    let using = json!({ "id": "use-1" });
    for _ in 0..2 {
        let used = till.post(&format!("/vouchers/{code}/use"), &using).await;
        assert_eq!(
            (used.status.as_u16(), &used.body["state"]),
            (200, &json!("used")),
            "sent again: {used:?}"
        );
    }
    let other = till.post(&format!("/vouchers/{code}/use"), &json!({ "id": "r-1" })).await;
    assert_eq!((other.status.as_u16(), other.code()), (409, "document_conflict"));
    let twice = till.post(&format!("/vouchers/{code}/use"), &json!({})).await;
    assert_eq!((twice.status.as_u16(), twice.code()), (422, "already_used"));
    assert_eq!(till.post("/redemptions/x-2/cancel", &json!({})).await.code(), "already_used");
    let again = till.post("/redemptions", &wants("x-2")).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &issued.body));

    till.post("/redemptions", &wants("x-3")).await;
    for _ in 0..2 {
        let cancelled = till.send("POST", "/redemptions/x-3/cancel", None).await;
        let told = (&cancelled.body["state"], &cancelled.body["balance"]);
        assert_eq!(told, (&json!("cancelled"), &json!(190)), "{cancelled:?}");
    }
    assert_eq!(till.post("/redemptions/x-9/cancel", &json!({})).await.status, 404);
    let ledger = till.get(&format!("/members/{member}/ledger")).await.body;
    let newest = ledger["items"].as_array().expect("entries").iter().take(2);
    let told: Vec<_> = newest.map(|entry| json!([entry["kind"], entry["document"]])).collect();
    assert_eq!(json!(told), json!([["reversal", "x-3"], ["redemption", "x-3"]]));

    till.post("/redemptions", &wants("x-4")).await;
    let cancel = || till.send("POST", "/redemptions/x-4/cancel", None);
    let at_once = tokio::join!(cancel(), cancel(), cancel());
    for cancelled in [at_once.0, at_once.1, at_once.2] {
        let told = (&cancelled.body["state"], &cancelled.body["balance"]);
        assert_eq!(told, (&json!("cancelled"), &json!(190)), "sent at the same time: {cancelled:?}");
    }
    assert!(verify(&till.ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn boards_and_badges_are_read(pool: PgPool) {
    let till = Till::new(pool).await;
    for (id, who, amount) in [("r-1", "maya", "20.00"), ("r-2", "jo", "10.00"), ("r-3", "kim", "10.00")] {
        till.post("/purchases", &sold(id, who, amount)).await;
    }
    dispatcher::step(till.ctx.clone()).await.expect("boards that are up to date");
    let board = till.get("/leaderboards/points?period=all&limit=2").await.body;
    assert_eq!((&board["total"], &board["items"][1]["rank"]), (&json!(3), &json!(2)));
    let cursor = board["next_cursor"].as_str().expect("a cursor");
    let rest = till.get(&format!("/leaderboards/points?period=all&cursor={cursor}")).await.body;
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
    let jo = till.get("/members?external_id=jo").await.body["id"].as_str().expect("an id").to_owned();
    let around = till.get(&format!("/leaderboards/points?around={jo}&span=1&period=2026-11")).await.body;
    assert_eq!(around["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(till.get("/leaderboards/points?period=2026-13").await.status, 422);
    assert_eq!(till.get("/leaderboards/nothing").await.status, 404);
    let both = till.get(&format!("/leaderboards/points?around={jo}&cursor={cursor}")).await;
    let told = both.body["errors"][0]["detail"].as_str().unwrap_or_default();
    assert!(both.status == 422 && told.starts_with("Around a member there are no pages"), "{both:?}");
    let level = async || till.get("/badges").await.body["items"][0]["levels"][0].clone();
    let uncounted = level().await;
    assert_eq!((&uncounted["holders"], &uncounted["rarity"]), (&json!(null), &json!(null)));
    sqlx::query("delete from awards").execute(&till.ctx.pool).await.expect("badges that nobody has");
    badges::count_step(till.ctx.clone()).await.expect("counted");
    let counted = level().await;
    assert_eq!((&counted["holders"], &counted["rarity"]), (&json!(0), &json!(0.0)));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_document_has_every_call_and_every_call_is_there(pool: PgPool) {
    let till = Till { key: None, ..Till::new(pool).await };
    let served = till.at("GET", "/api/openapi.json", None).await;
    assert_eq!((served.status.as_u16(), &served.body["openapi"]), (200, &json!("3.1.0")));
    let mut calls = 0;
    for (path, methods) in served.body["paths"].as_object().expect("paths") {
        for (method, call) in methods.as_object().expect("methods") {
            calls += 1;
            let path = path.replace(['{', '}'], "");
            let answer = till.at(&method.to_uppercase(), &path, None).await;
            assert_eq!(answer.status, 401, "{method} {path}");
            for field in ["operationId", "summary", "responses"] {
                assert!(call[field].is_string() || call[field].is_object(), "{method} {path} has no {field}");
            }
            assert!(call["responses"]["429"].is_object(), "{method} {path}");
        }
    }
    let written = [
        include_str!("activities.rs"),
        include_str!("challenges.rs"),
        include_str!("leaderboards.rs"),
        include_str!("ledger.rs"),
        include_str!("members.rs"),
        include_str!("purchases.rs"),
        include_str!("redemptions.rs"),
        include_str!("returns.rs"),
        include_str!("rewards.rs"),
    ];
    let handlers: usize = written.iter().map(|text| text.matches("#[utoipa::path(").count()).sum();
    assert_eq!(calls, handlers, "a handler is not in the router");
    assert!(
        !include_str!("../api.rs").contains(concat!(".", "route(\"/api/v1")),
        "a route is not documented"
    );
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_reward_that_opens_later_says_when_and_for_whom(pool: PgPool) {
    let till = Till::new(pool).await;
    let coffee = till.reward("Coffee", 100).await;
    for sql in [
        "update rewards set public_from = '2026-11-28 09:00'",
        "update tiers set early_days = 7 where tier = 'gold'",
    ] {
        sqlx::query(sql).execute(&till.ctx.pool).await.expect("set");
    }
    till.post("/purchases", &sold("r-1", "maya", "20.00")).await;
    let member = till.get("/members?external_id=maya").await.body;
    assert_eq!(member["tier"]["early_access_days"], 0);
    let id = member["id"].as_str().expect("an id");
    let offer = till.get(&format!("/rewards?member_id={id}")).await.body["items"][0].clone();
    let told = (&offer["available"], &offer["reason"], &offer["public_from"], &offer["early_access"]);
    let early = json!([{ "tier": "Gold", "from": "2026-11-21T08:00:00Z" }]);
    assert_eq!(told, (&json!(false), &json!("not_yet"), &json!("2026-11-28T08:00:00Z"), &early));
    let wants = |id: &str| json!({ "id": id, "member": { "external_id": "maya" }, "reward": coffee });
    let refused = till.post("/redemptions", &wants("x-1")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (422, "not_yet"), "{refused:?}");
    wait(&till.ctx, SignedDuration::from_hours(24 * 7));
    assert_eq!(till.post("/redemptions", &wants("x-2")).await.status, 201);
    assert_eq!(till.post("/redemptions", &wants("x-1")).await.body, refused.body, "refused for ever");
    let open = till.get("/rewards").await.body["items"][0].clone();
    assert_eq!((&open["public_from"], &open["early_access"]), (&json!(null), &json!([])));
}

//! The stream as a browser hears it.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, StatusCode, header},
};
use futures_util::StreamExt;
use sqlx::PgPool;
use tower::ServiceExt;

use crate::{
    domain::{
        points::Money,
        purchase::{MemberRef, Purchase},
    },
    server::{
        context::{Context, new_id},
        dispatcher, earning,
        http::router,
        jobs::Pace,
        testing::context,
    },
};

/// What is said next on a stream, pieces that only keep it open left out.
async fn heard(stream: &mut BodyDataStream) -> Option<String> {
    loop {
        let piece = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("something")?;
        let text = String::from_utf8(piece.expect("a piece").to_vec()).expect("text");
        if !text.starts_with(':') {
            return Some(text);
        }
    }
}

/// Somebody joins; gives the cookie of their session.
async fn joins(ctx: &Context, email: &str) -> String {
    let form =
        format!("display_name=Maya&email={email}&password=correct+horse&card=&request_id={}", new_id());
    let request = Request::post("/rpc/join_program")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .body(Body::from(form))
        .expect("a request");
    let answer = router(ctx).oneshot(request).await.expect("an answer");
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let session = cookies.filter_map(|cookie| cookie.to_str().ok()).find(|cookie| cookie.contains("laurel="));
    session.and_then(|cookie| cookie.split(';').next()).expect("a session").to_owned()
}

async fn opens(ctx: &Context, cookie: &str) -> axum::response::Response {
    opens_at(ctx, cookie, "/moments").await
}

async fn opens_at(ctx: &Context, cookie: &str, address: &str) -> axum::response::Response {
    let request = Request::get(address).header(header::COOKIE, cookie).body(Body::empty());
    router(ctx).oneshot(request.expect("a request")).await.expect("an answer")
}

/// Maya buys for ten, and everything follows.
async fn buys(ctx: &Context) {
    let purchase = Purchase {
        source: "till".to_owned(),
        document_id: "1".to_owned(),
        member: MemberRef::Email("maya@example.org".to_owned()),
        store: None,
        purchased_at: ctx.clock.now(),
        amount: Money(1_000),
        lines: Vec::new(),
    };
    earning::record(ctx, &[purchase]).await.expect("recorded");
    while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_open_page_hears_the_balance_then_what_was_reached(pool: PgPool) {
    let ctx = context(pool).await;
    let cookie = joins(&ctx, "maya@example.org").await;
    let answer = opens(&ctx, &cookie).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut page = answer.into_body().into_data_stream();
    assert_eq!(heard(&mut page).await.as_deref(), Some("event: balance\ndata: 0\n\n"));

    buys(&ctx).await;
    ctx.watchers.wake_all();
    assert_ne!(heard(&mut page).await.as_deref(), Some("event: balance\ndata: 0\n\n"));
    let sheet = heard(&mut page).await.expect("a sheet");
    assert!(sheet.starts_with("event: sheet\n") && sheet.contains("class=\"unlock\""), "{sheet}");
    let said = heard(&mut page).await.expect("words");
    assert!(said.starts_with("event: said\ndata: New: "), "{said}");
    ctx.watchers.close();
    assert_eq!(heard(&mut page).await, None, "the server stops");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_open_home_is_drawn_anew_with_everything_that_follows_from_points(pool: PgPool) {
    let ctx = context(pool).await;
    let cookie = joins(&ctx, "maya@example.org").await;
    let page = opens_at(&ctx, &cookie, "/moments?home=0").await;
    let mut page = page.into_body().into_data_stream();
    buys(&ctx).await;
    ctx.watchers.wake_all();
    let mut told = String::new();
    while !told.contains("event: sheet\n") {
        told += &heard(&mut page).await.expect("news");
    }
    let home = told.split("event: home\n").nth(1).unwrap_or_else(|| panic!("no home in {told}"));
    for part in ["id=\"tier\"", "id=\"streak\"", "id=\"activity\"", "Why did I get this?"] {
        assert!(home.contains(part), "{part} in {home}");
    }
    let balance = told.split("event: balance\ndata: ").nth(1).and_then(|rest| rest.lines().next());
    let balance = balance.expect("a balance");
    let shown = format!(">{balance}<");
    assert!(balance != "0" && home.contains(&shown), "{shown} in {home}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_has_signed_out_hears_nothing(pool: PgPool) {
    let ctx = context(pool).await;
    assert_eq!(opens(&ctx, "laurel=nobody").await.status(), StatusCode::NO_CONTENT);
    let cookie = joins(&ctx, "maya@example.org").await;
    let mut page = opens(&ctx, &cookie).await.into_body().into_data_stream();
    heard(&mut page).await.expect("the balance");
    let request = Request::post("/rpc/sign_out")
        .header(header::COOKIE, &cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::empty());
    router(&ctx).oneshot(request.expect("a request")).await.expect("an answer");
    ctx.watchers.wake_all();
    assert_eq!(heard(&mut page).await, None);
    assert_eq!(opens(&ctx, &cookie).await.status(), StatusCode::NO_CONTENT);
}

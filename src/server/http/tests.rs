//! The edge as a browser meets it: the whole router on a real Postgres, no network.

use std::collections::HashSet;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use sqlx::PgPool;
use tower::ServiceExt;

use super::router;
use crate::{
    domain::query::query_value,
    server::{
        context::{Context, new_id},
        identity::links,
        staff, testing,
    },
};

const PASSWORD: &str = "correct horse";
/// What browsers say that they take.
const PAGES: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// A browser with its session.
struct Browser {
    router: Router,
    cookies: Vec<String>,
    referer: Option<&'static str>,
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |place| place.to_str().expect("text"))
    }
}

impl Browser {
    fn new(ctx: &Context) -> Self {
        Self { router: router(ctx), cookies: Vec::new(), referer: None }
    }

    /// The browser of somebody on the staff.
    async fn of_staff(ctx: &Context) -> Self {
        let link = staff::invite(ctx, "rosa@example.org", "Rosa").await.expect("a link");
        let token = link.rsplit('/').next().expect("a token").to_owned();
        links::choose_password(ctx, &token, PASSWORD).await.expect("chosen");
        let mut browser = Self::new(ctx);
        browser.signs_in("rosa@example.org").await;
        browser
    }

    async fn signs_in(&mut self, email: &str) {
        let answer = self.post("sign_in", &[("email", email), ("password", PASSWORD), ("next", "")]).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    }

    /// Becomes the member Maya.
    async fn joins(&mut self) -> Answer {
        let request = new_id().to_string();
        let fields = [
            ("display_name", "Maya"),
            ("email", "maya@example.org"),
            ("password", PASSWORD),
            ("card", ""),
            ("request_id", request.as_str()),
        ];
        self.post("join_program", &fields).await
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    async fn post(&mut self, function: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs = fields.iter().map(|(name, value)| format!("{name}={}", query_value(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let request = Request::post(format!("/rpc/{function}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body.into()).await
    }

    async fn send(&mut self, mut request: http::request::Builder, body: Body) -> Answer {
        request = request.header(header::ACCEPT, PAGES).header(header::COOKIE, self.cookies.join("; "));
        if let Some(referer) = self.referer {
            request = request.header(header::REFERER, referer);
        }
        let request = request.body(body).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("text"));
        }
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        Answer { status, headers, body: String::from_utf8(body.to_vec()).expect("text") }
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default().to_owned();
        let name = pair.split('=').next().unwrap_or_default();
        self.cookies.retain(|kept| kept.split('=').next() != Some(name));
        self.cookies.push(pair);
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_form_that_breaks_gets_a_page_in_words(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let mut browser = Browser::new(&ctx);
    for referer in [None, Some("https://evil.example/x"), Some("https://club.example.org/sign-in")] {
        browser.referer = referer;
        let answer = browser.post("sign_in", &[]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::BAD_REQUEST, ""), "{referer:?}");
        assert!(answer.body.contains("did not arrive whole"), "{}", answer.body);
    }
    ctx.pool.close().await;
    let fields = [("email", "maya@example.org"), ("password", PASSWORD), ("next", "")];
    let answer = browser.post("sign_in", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::INTERNAL_SERVER_ERROR, ""));
    assert!(answer.headers[header::CONTENT_TYPE].to_str().expect("text").starts_with("text/html"));
    assert!(answer.body.contains("Something broke on our side") && !answer.body.contains("{\"Broken"));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn no_answer_leads_to_another_site(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let mut browser = Browser::new(&ctx);
    browser.referer = Some("https://evil.example/rewards?show=now");
    let answer = browser.post("take_flash", &[]).await;
    assert_eq!(answer.location(), "/rewards?show=now", "only the path of what a header says");
    let answer = browser.post("load_home", &[]).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::FOUND, "/sign-in?next=/rewards%3Fshow%3Dnow")
    );
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_cannot_be_text_is_for_who_typed_it(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let mut browser = Browser::of_staff(&ctx).await;
    for path in [
        "/staff/members?q=%00",
        "/staff/rewards?q=%00",
        "/staff/audit?subject=%00",
        "/staff/rewards?sort=%00",
    ] {
        let answer = browser.get(path).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.status);
        assert!(!answer.body.contains("Something broke"), "{path}");
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_name_is_never_markup_in_the_title(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let name = "Tom & <b>Co</b> </title><h1>x";
    sqlx::query("update programs set name = $1").bind(name).execute(&ctx.pool).await.expect("named");
    let page = Browser::new(&ctx).get("/sign-in").await.body;
    let (_, title) = page.split_once("<title>").expect("a title");
    let title = title.split_once("</title>").expect("its end").0;
    assert!(title.ends_with("Tom &amp; &lt;b&gt;Co&lt;/b&gt; &lt;/title&gt;&lt;h1&gt;x"), "{title}");
}

/// The ids that stand more than once on a page.
fn ids_twice(page: &str) -> Vec<&str> {
    let mut seen = HashSet::new();
    let ids = page.split(" id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    ids.map(|(id, _)| id).filter(|id| !seen.insert(*id)).collect()
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn no_id_stands_twice_on_a_page(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let mut staff = Browser::of_staff(&ctx).await;
    let mut member = Browser::new(&ctx);
    member.joins().await;
    let routes = include_str!("../../app.rs").split("path!(\"").skip(1);
    let paths = routes.filter_map(|rest| rest.split_once('"')).map(|(path, _)| path);
    let mut opened = 0;
    for path in paths.filter(|path| !path.contains(':')) {
        let browser = if path.starts_with("/staff") { &mut staff } else { &mut member };
        let answer = browser.get(path).await;
        assert_eq!(ids_twice(&answer.body), [""; 0], "{path}");
        opened += usize::from(answer.status == StatusCode::OK && answer.body.contains(" id=\""));
    }
    assert!(opened > 30, "{opened} pages were looked at");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_address_that_names_nothing_says_so(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let dead = ["mails/zz", "imports/zz", "members/xyz", "rewards/xyz", "rewards/xyz/withdraw"];
    let mut staff = Browser::of_staff(&ctx).await;
    for path in dead {
        assert_eq!(staff.get(&format!("/staff/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut member = Browser::new(&ctx);
    assert_eq!(member.joins().await.location(), "/home");
    for path in dead {
        assert_eq!(member.get(&format!("/staff/{path}")).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let answer = member.post("no_such_function", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("load that page again"), "{}", answer.body);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_newcomer_is_welcomed_once_and_finds_the_menu_before_the_page(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let mut browser = Browser::new(&ctx);
    browser.joins().await;
    let page = browser.get("/home").await.body;
    assert!(page.contains("You are a member now"));
    let place = |what: &str| page.find(what).unwrap_or_else(|| panic!("no {what}"));
    assert!(place("aria-label=\"Main\"") < place("<main"), "Tab meets the menu first");
    assert!(!browser.get("/home").await.body.contains("You are a member now"));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn ones_data_arrives_whole_as_browsers_take_it(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let path = "/me/data.json";
    let mut browser = Browser::new(&ctx);
    assert_eq!(browser.get(path).await.location(), "/sign-in?next=/me");
    browser.joins().await;
    let plain = browser.get(path).await;
    let told: serde_json::Value = serde_json::from_str(&plain.body).expect("JSON");
    assert_eq!(told["profile"]["display_name"], "Maya");
    let request = Request::get(path)
        .header(header::COOKIE, browser.cookies.join("; "))
        .header(header::ACCEPT_ENCODING, "gzip");
    let answer = browser.router.clone().oneshot(request.body(Body::empty()).expect("a request")).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
    let packed = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("all of it");
    let mut whole = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut whole).expect("text");
    assert_eq!(whole, plain.body);
    let staff = Browser::of_staff(&ctx).await.get(path).await;
    assert_eq!(staff.status, StatusCode::FORBIDDEN);
}

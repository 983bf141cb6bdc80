//! A till: it holds a key and speaks to the router.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use tower::ServiceExt;

use crate::server::{
    api_keys::{self, NewKey, PER_MINUTE},
    context::{Context, new_id},
    http::router,
    identity::operator,
    testing::context,
};

#[derive(Clone)]
pub struct Till {
    pub ctx: Context,
    pub router: Router,
    pub key: Option<String>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The places of the fields that are wrong.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["pointer"].as_str()).collect()
    }
}

impl Till {
    pub async fn new(pool: PgPool) -> Self {
        let ctx = context(pool).await;
        let till = Self { router: router(&ctx), ctx, key: None };
        let scopes =
            ["purchases:write", "members:read", "members:write", "rewards:read", "redemptions:write"];
        till.with("till-1", &scopes).await
    }

    /// The same shop's till with another key.
    pub async fn with(&self, source: &str, scopes: &[&str]) -> Self {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let new = NewKey { source: source.to_owned(), scopes, per_minute: PER_MINUTE };
        let (_, key) = api_keys::create(&self.ctx, &operator(), &new).await.expect("a key");
        Self { key: Some(key), ..self.clone() }
    }

    /// A reward in the catalogue; its id.
    pub async fn reward(&self, name: &str, price: i64) -> String {
        let (id, now) = (new_id(), jiff_sqlx::Timestamp::from(self.ctx.clock.now()));
        let sql = "insert into rewards (reward_id, name, category, picture, price, created_at, updated_at,
                published_at) values ($1, $2, 'drink', 'coffee', $3, $4, $4, $4)";
        let made = sqlx::query(sql).bind(id).bind(name).bind(price).bind(now).execute(&self.ctx.pool).await;
        made.expect("a reward");
        id.to_string()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(&body.to_string())).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        self.at(method, &format!("/api/v1{path}"), body).await
    }

    pub async fn at(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_owned()));
        self.ask(request.body(body).expect("a request")).await
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// A purchase of one line.
pub fn sold(id: &str, who: &str, amount: &str) -> Value {
    json!({
        "id": id, "member": { "external_id": who }, "purchased_at": "2026-11-20T10:00:00+01:00",
        "lines": [{ "sku": "flat-white", "category": "coffee", "quantity": 2, "amount": amount }],
    })
}

pub fn document_id() -> String {
    new_id().to_string()
}

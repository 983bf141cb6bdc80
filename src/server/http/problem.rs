//! What is answered when a request gets no further than the edge: a sentence for people, problem+json (RFC
//! 9457) for programs.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::domain::refusal::Code;

/// The status that programs are told with a refusal.
pub fn status(code: Code) -> StatusCode {
    match code {
        Code::SignInRequired | Code::WrongCredentials => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        Code::DocumentConflict | Code::EmailTaken | Code::ExternalIdTaken | Code::Stale => {
            StatusCode::CONFLICT
        }
        Code::LinkExpired => StatusCode::GONE,
        Code::Invalid
        | Code::MemberNotFound
        | Code::InsufficientPoints
        | Code::OutOfStock
        | Code::LimitReached
        | Code::NotEligible
        | Code::NotYet
        | Code::RewardInactive
        | Code::AlreadyUsed
        | Code::WalletFrozen
        | Code::AddressUnconfirmed
        | Code::HoldEnded
        | Code::AlreadyReturned
        | Code::UnreadableFile => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// An answer that says in plain words what was wrong and what to do.
pub fn answer(status: StatusCode, detail: &str, asked: &HeaderMap) -> Response {
    let accept = asked.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        return (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{detail}\n"))
            .into_response();
    }
    let title = status.canonical_reason().unwrap_or("Problem");
    let body = serde_json::json!({
        "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail,
    });
    let mut response = (status, body.to_string()).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

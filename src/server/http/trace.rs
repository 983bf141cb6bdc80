//! What happened to each request, for whoever reads the logs: a number that the answer carries, and a
//! sentence.

use std::{any::Any, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, debug, error, info_span, warn};

use super::problem;
use crate::server::context::new_id;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Logs each request under a number of its own. Paths are logged as their pattern: the real ones can hold
/// secrets.
pub async fn follow(request: Request, next: Next) -> Response {
    let id = new_id().simple().to_string()[20..].to_owned();
    let path = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let span = info_span!("request", id, method = %request.method(), path);
    let since = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, ms) = (response.status().as_u16(), since.elapsed().as_millis());
    span.in_scope(|| match response.status() {
        status if status.is_server_error() => warn!(ms, "Answered {}", status.as_u16()),
        _ => debug!(ms, "Answered {status}"),
    });
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// A bug in one request is that request's alone.
pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let reference = new_id().simple().to_string()[20..].to_owned();
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let why = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    error!(reference, "Something broke: a request panicked: {why}");
    let detail = format!("Something broke on our side. Nothing was changed. Reference {reference}");
    problem::answer(StatusCode::INTERNAL_SERVER_ERROR, &detail, &HeaderMap::new())
}

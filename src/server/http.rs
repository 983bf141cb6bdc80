//! The edge: pages, server functions, assets, health, and the headers that every answer has.

pub mod api;
mod assets;
pub mod client;
mod connections;
pub mod forms;
mod functions;
pub mod guard;
mod health;
mod imports;
mod moments;
mod own_data;
mod problem;
pub mod theme;
mod trace;
pub mod views;

#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use leptos::{
    config::LeptosOptions,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list_with_exclusions};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{
    CompressionLevel::Fastest, catch_panic::CatchPanicLayer, compression::CompressionLayer,
    limit::RequestBodyLimitLayer, timeout::TimeoutLayer,
};
use tracing::info;

use super::{
    context::Context,
    error::{Error, Result},
    identity::sessions,
};
use crate::{
    app::{App, shell},
    domain::refusal::Code,
};

#[derive(Clone, axum::extract::FromRef)]
struct Edge {
    context: Context,
    leptos: LeptosOptions,
}

/// Answers on `listener` until `stop` is cancelled, and lets what runs end.
pub async fn serve(listener: TcpListener, context: &Context, stop: &CancellationToken) {
    info!("Laurel listens on {}", context.config.public_url());
    connections::serve(listener, router(context), stop).await;
}

/// The largest form or question that is read; uploads have a router of their own.
const LARGEST_BODY: usize = 1024 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that is served. The last layer is the first that a request meets.
pub fn router(context: &Context) -> Router {
    Router::new()
        .route("/healthz", get(health::lives))
        .route("/readyz", get(health::is_ready).with_state(context.clone()))
        .merge(api::routes(context))
        .merge(imports::routes(context))
        .merge(moments::routes(context))
        .merge(own_data::routes(context))
        .merge(pages(context))
        .layer(from_fn(assets::answer))
        .layer(CompressionLayer::new().gzip(true).quality(Fastest).compress_when(is_worth_compressing))
        .layer(from_fn_with_state(context.clone(), guard::watch))
        .layer(CatchPanicLayer::custom(trace::panicked))
        .layer(from_fn(trace::follow))
}

/// Pages and the server functions behind them, with limits on what is read and how long it takes.
fn pages(context: &Context) -> Router {
    let leptos = LeptosOptions::builder().output_name("laurel").site_pkg_dir(assets::pkg_folder()).build();
    let edge = Edge { context: context.clone(), leptos: leptos.clone() };
    let (provided, provided_nowhere) = (context.clone(), context.clone());
    let nowhere = leptos_axum::render_app_async_with_context(
        move || {
            page_context(&provided_nowhere);
            answer_with(StatusCode::NOT_FOUND);
        },
        {
            let leptos = leptos.clone();
            move || shell(leptos.clone())
        },
    );
    Router::new()
        // Never GET: what a link can trigger must not change anything.
        .route("/rpc/{*name}", post(functions::call))
        .leptos_routes_with_context(
            &edge,
            generate_route_list_with_exclusions(App, Some(functions::paths())),
            move || page_context(&provided),
            move || shell(leptos.clone()),
        )
        .fallback(nowhere)
        .layer(sessions::layer(context))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .with_state(edge)
}

/// Pages and data of some size; files come compressed. Brotli would take longer than it saves.
fn is_worth_compressing(_: StatusCode, _: http::Version, headers: &HeaderMap, _: &http::Extensions) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    (kind.starts_with("text/html") || kind.starts_with("application/json"))
        && !headers.contains_key(header::CONTENT_ENCODING)
        && length.is_none_or(|length| length > 860)
}

/// What a page finds in its context, and the policy that its answer carries.
fn page_context(context: &Context) {
    provide_context(context.clone());
    provide_context(theme::chosen());
    let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The context of the request that is being answered.
pub fn context() -> Result<Context> {
    use_context::<Context>().ok_or_else(|| Error::broken("no context was provided to a server function"))
}

/// Gives the answer the status that a failure has; the page says it in words.
pub fn mark(error: &Error) {
    let status = match error {
        Error::Refused(refusal) => match refusal.code {
            Code::NotFound | Code::MemberNotFound => StatusCode::NOT_FOUND,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
            Code::LinkExpired => StatusCode::GONE,
            _ => return,
        },
        Error::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    answer_with(status);
}

fn answer_with(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

//! The edge: pages, server functions, assets, health, and the headers that every answer has.

pub mod forms;

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderValue, Request, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use leptos::{
    config::LeptosOptions,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};

use super::{context::Context, error::Result};
use crate::app::{App, shell};

#[derive(Clone, axum::extract::FromRef)]
struct Edge {
    context: Context,
    leptos: LeptosOptions,
}

/// Everything that is served.
pub fn router(context: &Context) -> Router {
    let leptos = LeptosOptions::builder().output_name("laurel").site_pkg_dir("pkg").build();
    let edge = Edge { context: context.clone(), leptos: leptos.clone() };
    let provided = context.clone();
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/rpc/{*name}", any(server_function))
        .leptos_routes_with_context(
            &edge,
            generate_route_list(App),
            move || page_context(&provided),
            move || shell(leptos.clone()),
        )
        .with_state(edge)
}

async fn server_function(State(context): State<Context>, request: Request<Body>) -> Response {
    leptos_axum::handle_server_fns_with_context(move || provide_context(context.clone()), request)
        .await
        .into_response()
}

/// What a page finds in its context, and the policy that its answer carries.
fn page_context(context: &Context) {
    provide_context(context.clone());
    let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The context of the request that is being answered.
pub fn context() -> Result<Context> {
    use_context::<Context>()
        .ok_or_else(|| super::error::Error::broken("no context was provided to a server function"))
}

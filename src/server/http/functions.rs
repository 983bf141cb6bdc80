//! Server functions at the edge. A script gets data, with a status that says whose fault it was; a plain form
//! gets a page in words, and is never led to another site.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header, response::Parts},
    response::{IntoResponse, Response},
};
use leptos::{config::LeptosOptions, prelude::provide_context, server_fn::error::SERVER_FN_ERROR_HEADER};

use super::{LARGEST_BODY, forms, page_context, problem};
use crate::{
    app::failed_shell,
    domain::{
        next_path::NextPath,
        refusal::{Code, Refusal},
    },
    rpc::Failure,
    server::context::Context,
};

/// The paths of all functions: Leptos would mount them beside the pages, past what is done here.
pub fn paths() -> Vec<String> {
    leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect()
}

/// Answers one call.
pub async fn call(
    State(context): State<Context>,
    State(leptos): State<LeptosOptions>,
    request: Request<Body>,
) -> Response {
    let asked = request.headers().clone();
    if !leptos::server_fn::axum::server_fn_paths().any(|(path, _)| path == request.uri().path()) {
        return unknown(context, leptos, &asked).await;
    }
    let provided = context.clone();
    let answer =
        leptos_axum::handle_server_fns_with_context(move || provide_context(provided.clone()), request)
            .await
            .into_response();
    let page = forms::accepts_page(&asked);
    if !answer.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return if page { kept_here(answer) } else { answer };
    }
    let (parts, body) = answer.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let failure = serde_json::from_slice(&body).ok();
    if !page {
        return with_status(parts, failure.as_ref(), body.into());
    }
    match failure {
        Some(failure) if !leads_to_sign_in(&parts, &failure) => tell(context, leptos, failure, &asked).await,
        Some(_) => Response::from_parts(parts, Body::empty()),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A page that was loaded before the server was renewed may ask for what is not there any more.
async fn unknown(context: Context, leptos: LeptosOptions, asked: &HeaderMap) -> Response {
    let message = "Laurel does not know this request. If a page sent it, load that page again.";
    let failure = Failure::Refused(Refusal::new(Code::NotFound, message));
    if forms::accepts_page(asked) {
        return tell(context, leptos, failure, asked).await;
    }
    (StatusCode::NOT_FOUND, Json(failure)).into_response()
}

/// Every failure of a server function comes as 500, whoever is to blame: gives each the status it has.
fn with_status(mut parts: Parts, failure: Option<&Failure>, body: Body) -> Response {
    if parts.status == StatusCode::INTERNAL_SERVER_ERROR {
        parts.status = status(failure);
    }
    Response::from_parts(parts, body)
}

fn status(failure: Option<&Failure>) -> StatusCode {
    match failure {
        Some(Failure::Refused(refusal)) => problem::status(refusal.code),
        Some(Failure::Wire(_)) => StatusCode::BAD_REQUEST,
        Some(Failure::Broken { .. }) | None => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A visitor is led to sign in, by the server function itself.
fn leads_to_sign_in(parts: &Parts, failure: &Failure) -> bool {
    let asked_to = matches!(failure, Failure::Refused(refusal) if refusal.code == Code::SignInRequired);
    asked_to && location(&parts.headers).is_some_and(|place| place.starts_with("/sign-in"))
}

fn location(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::LOCATION)?.to_str().ok()
}

/// The page that says to the sender of a form what went wrong.
async fn tell(context: Context, leptos: LeptosOptions, failure: Failure, asked: &HeaderMap) -> Response {
    let status = status(Some(&failure));
    let render = leptos_axum::render_app_async_with_context(
        move || page_context(&context),
        move || failed_shell(leptos.clone(), failure.clone()),
    );
    let mut request = Request::new(Body::empty());
    request.headers_mut().clone_from(asked);
    let mut response = render(request).await;
    *response.status_mut() = status;
    response
}

/// Where a function says nothing of where to go, its form is led back by its `Referer`, which anybody can
/// make up: only the path of it counts.
fn kept_here(mut answer: Response) -> Response {
    let foreign =
        location(answer.headers()).filter(|place| !place.starts_with('/') || place.starts_with("//"));
    if let Some(place) = foreign {
        let path = place.parse::<Uri>().ok().and_then(|uri| uri.path_and_query().map(ToString::to_string));
        let path = path.as_deref().and_then(NextPath::parse);
        let path = path.as_ref().map_or("/", NextPath::as_str);
        if let Ok(path) = HeaderValue::from_str(path) {
            answer.headers_mut().insert(header::LOCATION, path);
        }
    }
    answer
}

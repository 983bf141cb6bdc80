//! `/api/v1`: for tills, shops and scripts. Each handler is who, what, one verb; the router and its `OpenAPI`
//! document are made from the same lines, so neither knows a call that the other does not.

mod activities;
mod caller;
mod challenges;
mod leaderboards;
mod ledger;
mod members;
mod problem;
mod purchases;
mod reading;
mod redemptions;
mod returns;
mod rewards;
mod traces;
mod values;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json, Router,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::timeout::TimeoutLayer;
use utoipa::{
    IntoResponses, Modify, OpenApi, ToSchema,
    openapi::{
        self, ContentBuilder, Ref, RefOr, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::reading::instant;
use self::{caller::Door, problem::Problem};
use crate::server::{
    api_keys::Meter,
    context::Context,
    earning::Writer,
    error::{Error, Result},
    rewards::sent::Counter,
};

/// Where the calls are.
const ROOT: &str = "/api/v1";
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What handlers are given.
#[derive(Debug, Clone)]
pub struct Api {
    ctx: Context,
    door: Door,
    writer: Writer,
    counter: Counter,
    meter: Meter,
}

impl Api {
    /// Runs a verb to its end, whether or not the client waits for it.
    async fn whole<T, F>(&self, verb: impl FnOnce(Context) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        tokio::spawn(verb(self.ctx.clone())).await.map_err(Error::from).flatten()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Laurel",
        version = "1",
        description = "The calls of tills, shops and scripts to a loyalty programme that runs on Laurel. \
            Money is a decimal string in the programme's currency, points are whole numbers, times are \
            RFC 3339. What is sent has an id of its source: the same again gets the same answer and changes \
            nothing.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "Purchases", description = "What members bought, and what they get for it."),
        (name = "Activities", description = "What else members did, and what they get for it."),
        (name = "Members", description = "Who they are, what they have, and every change of it."),
        (name = "Rewards", description = "What points buy."),
        (name = "Game", description = "Leaderboards and badges."),
    ),
    security(("key" = [])),
    modifiers(&BearerKey),
    components(schemas(Problem)),
)]
struct Document;

struct BearerKey;

impl Modify for BearerKey {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A key that staff make, or `laurel api-key create`: laurel_…"));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(scheme.build()));
    }
}

/// Everything under `/api` but the page for people.
pub fn routes(context: &Context) -> Router {
    let (calls, document) = calls();
    let (door, writer, counter) = (Door::open(context), Writer::start(context), Counter::open(context));
    let api = Api { ctx: context.clone(), door, writer, counter, meter: Meter::default() };
    let calls = calls
        .fallback(problem::nowhere)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE))
        .with_state(api);
    Router::new().nest(ROOT, calls).route("/api/openapi.json", get(async move || Json(document)))
}

/// The document of the calls, as it is served.
#[must_use]
pub fn document() -> openapi::OpenApi {
    calls().1
}

fn calls() -> (Router<Api>, openapi::OpenApi) {
    let (calls, of_calls) = OpenApiRouter::new()
        .routes(routes!(purchases::record))
        .routes(routes!(purchases::batch))
        .routes(routes!(purchases::preview))
        .routes(routes!(returns::record))
        .routes(routes!(activities::record))
        .routes(routes!(members::create, members::find_by_name))
        .routes(routes!(members::find))
        .routes(routes!(ledger::entries))
        .routes(routes!(challenges::of_member))
        .routes(routes!(rewards::list))
        .routes(routes!(redemptions::redeem))
        .routes(routes!(redemptions::cancel))
        .routes(routes!(redemptions::use_voucher))
        .routes(routes!(leaderboards::show))
        .routes(routes!(leaderboards::list_badges))
        .split_for_parts();
    (calls, Document::openapi().nest(ROOT, of_calls))
}

/// The same answer as before.
fn replayed(body: impl IntoResponse) -> Response {
    let mut response = (StatusCode::OK, body).into_response();
    let name = HeaderName::from_static("idempotent-replayed");
    response.headers_mut().insert(name, HeaderValue::from_static("true"));
    response
}

/// The problems that a group of calls may answer.
macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident { $($status:literal $words:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<openapi::Response>> {
                BTreeMap::from([$(($status.to_owned(), problem_response($words))),+])
            }
        }
    )+};
}

problems! {
    /// What every call may answer.
    Answers {
        "401" "`no_key`: none was sent, or it is not good",
        "403" "`missing_scope`: the key may not do this",
        "429" "`too_many_requests`: `Retry-After` says when to try again",
        "500" "`broken`: on our side, logged under the reference that is told",
    }
    /// What a call may answer that reads a body.
    OfBody {
        "400" "`malformed`: not JSON, or nested too deep",
        "413" "`too_large`",
        "415" "`unsupported_media_type`: not sent as JSON",
        "422" "`invalid`: fields are wrong, each told with its pointer; or refused by the rules",
    }
    /// What a call may answer whose path names something.
    OfPath {
        "404" "`not_found`",
    }
}

fn problem_response(words: &str) -> RefOr<openapi::Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name())));
    ResponseBuilder::new().description(words).content("application/problem+json", content.build()).into()
}

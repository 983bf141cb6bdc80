//! Whether the process lives, and whether it can do its work. Load balancers and supervisors ask.

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::problem;
use crate::server::{context::Context, db};

const PATIENCE: Duration = Duration::from_secs(2);

/// The process lives.
pub async fn lives() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "Laurel lives.\n").into_response()
}

/// The database answers and has the schema of this binary.
pub async fn is_ready(State(context): State<Context>, headers: HeaderMap) -> Response {
    let ours = db::newest_version();
    let why_not = match tokio::time::timeout(PATIENCE, db::applied_version(&context.pool)).await {
        Ok(Ok(version)) if version == ours => return lives_and_works(),
        Ok(Ok(version)) => format!("The database is at migration {version}; this server needs {ours}."),
        Ok(Err(_)) | Err(_) => "The database does not answer.".to_owned(),
    };
    let mut response = problem::answer(StatusCode::SERVICE_UNAVAILABLE, &why_not, &headers);
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
    response
}

fn lives_and_works() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "Laurel is ready.\n").into_response()
}

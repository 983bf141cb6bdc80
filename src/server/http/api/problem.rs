//! What is wrong, for programs: problem+json (RFC 9457) with a stable `code`, a sentence for people, and a
//! JSON pointer for each field.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::refusal::{FieldError, Refusal},
    server::{error::Error, http::problem::status},
};

/// Why something was not done. Nothing was changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    #[schema(rename = "type", value_type = String, example = "about:blank")]
    kind: Blank,
    /// The status in words.
    title: &'static str,
    #[schema(example = 422)]
    pub status: u16,
    /// Stable: programs decide by it.
    #[schema(example = "insufficient_points")]
    pub code: String,
    /// One sentence for people, saying what to do.
    pub detail: String,
    /// What is wrong with single fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// With `insufficient_points`: how many are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points_missing: Option<i64>,
    #[serde(skip)]
    #[schema(ignore)]
    retry_after: Option<u16>,
}

/// The type of every problem: `code` tells them apart.
#[derive(Debug, Clone, Copy, Serialize)]
enum Blank {
    #[serde(rename = "about:blank")]
    Blank,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the body; for a parameter of the query, its name after a slash.
    #[schema(example = "/lines/0/amount")]
    pub pointer: String,
    pub detail: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: Blank::Blank,
            title: status.canonical_reason().unwrap_or("Problem"),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            errors: Vec::new(),
            points_missing: None,
            retry_after: None,
        }
    }

    /// Fields that are wrong, named by their path: `lines/0/amount`.
    pub fn fields(wrong: Vec<FieldError>) -> Self {
        Refusal::invalid(wrong).into()
    }

    pub fn field(path: &str, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(path, detail)])
    }

    pub fn too_many(seconds: u16) -> Self {
        let detail = format!("This key made too many calls. Try again in {seconds} seconds");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail);
        Self { retry_after: Some(seconds), ..problem }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = serde_json::to_value(refusal.code).ok();
        let code = code.as_ref().and_then(serde_json::Value::as_str).unwrap_or("refused");
        let pointed = |error: FieldError| FieldProblem {
            pointer: if error.field.is_empty() { String::new() } else { format!("/{}", error.field) },
            detail: error.message,
        };
        Self {
            errors: refusal.fields.into_iter().map(pointed).collect(),
            points_missing: refusal.points_missing,
            ..Self::new(status(refusal.code), code, refusal.message)
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let about_data = error.is_about_data();
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Broken(broken) => {
                let reference = broken.log();
                if about_data {
                    let detail =
                        format!("Something in this can't be stored; ask us about reference {reference}");
                    return Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail);
                }
                let detail =
                    format!("Something broke on our side. Nothing was changed. Reference {reference}");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", detail)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"laurel\""));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// `/api/v1/…` that is nothing.
pub async fn nowhere() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "There is no such call; /api lists all of them")
}

/// A method that a path does not have; the answer's `Allow` lists those it has.
pub async fn wrong_method() -> Problem {
    let detail = "This path does not take that method; the header Allow lists those it takes";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

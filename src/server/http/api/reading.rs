//! Reading what was sent: bodies, paths and queries, each refused with a problem that says where.

use axum::{
    Json,
    body::{HttpBody, to_bytes},
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::problem::Problem;
use crate::domain::{misread::plain, program::day_start, refusal::FieldError, text::is_plain};

/// Objects and lists within one another.
const DEEPEST: usize = 32;
/// The oldest that anything sent may be.
const OLDEST: Date = Date::constant(1900, 1, 1);

/// A body of JSON of at most so many megabytes.
pub struct Sent<T, const MEGABYTES: usize = 1>(pub T);

impl<S: Send + Sync, T: DeserializeOwned, const MEGABYTES: usize> FromRequest<S> for Sent<T, MEGABYTES> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = body(request, MEGABYTES).await?;
        parse(&bytes).map(Self)
    }
}

/// A body of JSON that may be left out.
pub struct Maybe<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for Maybe<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        let bytes = body(request, 1).await?;
        parse(&bytes).map(Self)
    }
}

/// A body of JSON as it came.
pub struct Raw<const MEGABYTES: usize>(pub Vec<u8>);

impl<S: Send + Sync, const MEGABYTES: usize> FromRequest<S> for Raw<MEGABYTES> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        body(request, MEGABYTES).await.map(Self)
    }
}

async fn body(request: Request, megabytes: usize) -> Result<Vec<u8>, Problem> {
    if !is_json(request.headers()) {
        let detail = "Send JSON, and say so: Content-Type: application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
    }
    let too_large = |_| {
        let detail = format!("The body is larger than {megabytes} MB; send less at a time");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    };
    let bytes = to_bytes(request.into_body(), megabytes * 1024 * 1024).await.map_err(too_large)?;
    if depth(&bytes) > DEEPEST {
        return Err(malformed(format!("The body is nested more than {DEEPEST} deep")));
    }
    Ok(bytes.into())
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// How deep objects and lists stand within one another; brackets in strings are none.
fn depth(json: &[u8]) -> usize {
    let (mut deepest, mut depth, mut in_string, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn malformed(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed", detail)
}

/// Reads JSON; what does not fit is named by its place.
pub fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Problem> {
    let rejection = match Json::<T>::from_bytes(json) {
        Ok(Json(value)) => return Ok(value),
        Err(rejection) => rejection,
    };
    let text = rejection.body_text();
    let told = text.split_once(": ").map_or(text.as_str(), |(_, rest)| rest);
    let fits_not = matches!(rejection, JsonRejection::JsonDataError(_));
    if !fits_not && serde_json::from_slice::<IgnoredAny>(json).is_err() {
        return Err(malformed(format!("This is not JSON: {told}")));
    }
    // "lines[0].amount: invalid type …": the place as serde_path_to_error writes it.
    let (path, why) = told.split_once(": ").filter(|(path, _)| !path.contains(' ')).unwrap_or((".", told));
    let path = path.replace('[', "/").replace(']', "").replace('.', "/").replace("/?", "");
    let why = why.split(" at line ").next().unwrap_or(why);
    // What is missing has no place of its own: it is named by where it should be.
    let missing = why.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    let path = format!("{}/{}", path.trim_matches('/'), missing.unwrap_or_default());
    Err(Problem::field(path.trim_matches('/'), plain(why)))
}

/// The variable parts of a path.
pub struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(super::problem::nowhere().await),
        }
    }
}

/// The query after the question mark.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let text = rejection.body_text();
                let told = text.split_once(": ").map_or(text.as_str(), |(_, rest)| rest);
                let (path, why) =
                    told.split_once(": ").filter(|(path, _)| !path.contains(' ')).unwrap_or(("", told));
                Err(Problem::field(path, plain(why)))
            }
        }
    }
}

/// An instant with its offset, or a bare date or local time in the program's zone.
pub fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local = |at: DateTime| at.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
    let date = |day: Date| (day >= OLDEST).then(|| day_start(day, zone));
    let text = text.trim();
    if text.len() > 80 {
        return None;
    }
    let found = if let Ok(at) = text.parse::<Timestamp>() {
        Some(at)
    } else if text.contains(['T', 't', ' ']) {
        text.parse::<DateTime>().ok().and_then(local)
    } else {
        text.parse::<Date>().ok().and_then(date)
    };
    // Years of four digits, which every table and every program can hold.
    let newest = Date::constant(9999, 1, 1);
    found.filter(|at| *at >= day_start(OLDEST, zone) && *at < day_start(newest, zone))
}

pub const NOT_AN_INSTANT: &str = "Give a time with its offset, such as 2026-11-21T09:30:00+01:00, or a \
                                  bare date or local time; from the year 1900 on";

/// Collects what is wrong with the fields of one body.
#[derive(Default)]
pub struct Wrong(pub Vec<FieldError>);

impl Wrong {
    pub fn say(&mut self, path: &str, why: impl Into<String>) {
        self.0.push(FieldError::new(path, why));
    }

    /// A text of 1 to so many characters that can be shown and stored; blanks alone are none.
    pub fn text(&mut self, path: &str, text: &str, most: usize) {
        if text.trim().is_empty() || text.chars().count() > most || text.len() > most * 4 {
            self.say(path, format!("Give 1 to {most} characters"));
        } else if text.chars().any(char::is_control) || !is_plain(text) {
            self.say(path, "There is a character in it that can't be shown");
        }
    }

    pub fn finish<T>(self, value: T) -> Result<T, Problem> {
        if self.0.is_empty() { Ok(value) } else { Err(Problem::fields(self.0)) }
    }
}

/// How many items a page of a list has.
pub fn limit(asked: Option<i64>, default: i64) -> Result<i64, Problem> {
    match asked {
        None => Ok(default),
        Some(limit @ 1..=200) => Ok(limit),
        Some(_) => Err(Problem::field("limit", "Ask for 1 to 200 items")),
    }
}

pub fn bad_cursor() -> Problem {
    Problem::field("cursor", "This is no cursor of this list; take the one that the page before gave")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read for its mistakes")]
    struct Basket {
        id: String,
        lines: Vec<Line>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read for its mistakes")]
    struct Line {
        amount: String,
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (json, status, pointer) in [
            (r#"{"id":"a","lines":[{"amount":"1"},{"amount":2}]}"#, 422, "/lines/1/amount"),
            (r#"{"id":"a","lines":[{"amount":"1","sku":"x"}]}"#, 422, "/lines/0/sku"),
            (r#"{"id":"a"}"#, 422, "/lines"),
            (r#"{"id":"a","lines":[{}]}"#, 422, "/lines/0/amount"),
            (r#"{"id":"a","#, 400, ""),
            ("7", 422, ""),
        ] {
            let problem = parse::<Basket>(json.as_bytes()).expect_err(json);
            let found = problem.errors.first().map_or("", |error| error.pointer.as_str());
            assert_eq!((problem.status, found), (status, pointer), "{json} {problem:?}");
            let told = problem.errors.first().map_or("", |error| error.detail.as_str());
            assert!(!told.contains("expected") && !told.contains("struct"), "{told}");
        }
    }

    #[test]
    fn brackets_in_strings_are_not_deep() {
        assert_eq!(depth(br#"{"a":[{"b":"[[[\"[[{"}]}"#), 3);
        assert_eq!(depth("[".repeat(100_000).as_bytes()), 100_000);
    }

    #[test]
    fn instants_are_read_in_the_zone_of_the_program() {
        let amsterdam = TimeZone::get("Europe/Amsterdam").expect("a zone");
        let read = |text| instant(text, &amsterdam).map(|at| at.to_string());
        for (text, at) in [
            ("2026-11-21T09:30:00+01:00", "2026-11-21T08:30:00Z"),
            ("2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z"),
            ("2026-07-01T09:30", "2026-07-01T07:30:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(at), "{text}");
        }
        for text in
            ["", "yesterday", "1066-10-14", "9999-12-31", "-009999-01-01T00:00:00Z", "2026-13-01", "12"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_an_instant_never_panics(text in "\\PC{0,40}|[-+0-9TZ:.]{0,30}") {
            let _ = instant(&text, &TimeZone::UTC);
        }

        #[test]
        fn reading_a_body_never_panics(text in "\\PC{0,60}|[\\[\\]{}\":,a1]{0,60}") {
            let _ = parse::<Basket>(text.as_bytes());
            let _ = depth(text.as_bytes());
        }
    }
}

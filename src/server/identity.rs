//! Who is asking. Verbs demand a `Member` or a `Staff`, and the only way to get one is from a signed-in
//! session.

pub mod accounts;
pub mod jobs;
pub mod limits;
pub mod links;
pub mod passwords;
pub mod sessions;
mod store;

#[cfg(test)]
mod tests;

use std::fmt::{self, Write};

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tower_sessions::Session;

use super::{
    context::Context,
    error::{Error, Result},
};
use crate::domain::{
    ids::{AccountId, MemberId},
    next_path::NextPath,
    refusal::Code,
};

/// A signed-in member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub member_id: MemberId,
    pub account_id: AccountId,
}

/// A signed-in member of staff. What they do is recorded under this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub account_id: AccountId,
    pub name: String,
}

/// Members and staff are different callers; nobody is both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    Member(Member),
    Staff(Staff),
}

impl Caller {
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        match self {
            Self::Member(member) => member.account_id,
            Self::Staff(staff) => staff.account_id,
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) => write!(f, "member {}", member.member_id),
            Self::Staff(staff) => write!(f, "staff {}", staff.name),
        }
    }
}

/// The caller of the request that is being answered; `None` for a visitor.
pub async fn caller(ctx: &Context) -> Result<Option<Caller>> {
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    sessions::caller(ctx, session).await
}

/// The member who is asking. Refuses visitors (who are led to sign in) and staff.
pub async fn member(ctx: &Context) -> Result<Member> {
    match caller(ctx).await? {
        Some(Caller::Member(member)) => Ok(member),
        Some(Caller::Staff(_)) => {
            Err(Error::refused(Code::Forbidden, "This page is for members, and you are signed in as staff."))
        }
        None => Err(sign_in_first()),
    }
}

/// The member of staff who is asking. Refuses visitors (who are led to sign in); to members there is nothing
/// here.
pub async fn staff(ctx: &Context) -> Result<Staff> {
    match caller(ctx).await? {
        Some(Caller::Staff(staff)) => Ok(staff),
        Some(Caller::Member(_)) => Err(Error::refused(Code::Forbidden, "This page is for staff.")),
        None => Err(sign_in_first()),
    }
}

/// Refuses a visitor, and leads a browser to the sign-in page and back to the page that it asked for.
fn sign_in_first() -> Error {
    if let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) {
        let called = parts.uri.path().starts_with("/rpc/");
        let wanted =
            if called { referring_page(&parts) } else { parts.uri.path_and_query().map(ToString::to_string) };
        let next = wanted.as_deref().and_then(NextPath::parse);
        let page =
            next.map_or_else(|| "/sign-in".to_owned(), |next| format!("/sign-in?next={}", next.encoded()));
        if called {
            leptos_axum::redirect(&page);
        } else if let Ok(page) = HeaderValue::from_str(&page) {
            response.insert_header(header::LOCATION, page);
            response.set_status(StatusCode::FOUND);
        }
    }
    Error::refused(Code::SignInRequired, "Sign in first.")
}

/// The path of the page whose form was sent, so that the person comes back to it after signing in.
fn referring_page(parts: &Parts) -> Option<String> {
    let referer = parts.headers.get(header::REFERER)?.to_str().ok()?;
    let uri: axum::http::Uri = referer.parse().ok()?;
    uri.path_and_query().map(ToString::to_string)
}

/// Bytes in hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

//! Who is asking. Verbs demand a `Member` or a `Staff`, and the only way to get one is from a signed-in
//! session.

pub mod accounts;
pub mod addresses;
pub mod changing;
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

/// Who sits at the server's own command line.
#[must_use]
pub fn operator() -> Staff {
    Staff { account_id: AccountId(uuid::Uuid::nil()), name: "The command line".to_owned() }
}

/// Whoever holds the key of a source: what they change is recorded under its name.
#[must_use]
pub fn key_holder(source: &str) -> Staff {
    Staff { account_id: AccountId(uuid::Uuid::nil()), name: format!("The key of {source}") }
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

impl Caller {
    /// Where to go after signing in: to the page that was asked for, if it is for this caller.
    #[must_use]
    pub fn first_page(&self, next: Option<&NextPath>) -> String {
        let home = match self {
            Self::Member(_) => "/home",
            Self::Staff(_) => "/staff",
        };
        let for_staff = |path: &str| path == "/staff" || path.starts_with("/staff/");
        next.map(NextPath::as_str)
            .filter(|path| for_staff(path) == matches!(self, Self::Staff(_)))
            .unwrap_or(home)
            .to_owned()
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

/// Leads somebody who is signed in from the pages for visitors to where they are at home.
pub async fn lead_home(ctx: &Context) -> Result<()> {
    if let Some(caller) = caller(ctx).await? {
        leptos_axum::redirect(&caller.first_page(None));
    }
    Ok(())
}

/// Starts a session in the browser that is asking.
pub async fn begin_session(ctx: &Context, caller: &Caller) -> Result<()> {
    sessions::begin(ctx, &session()?, caller).await
}

/// Ends the session of the browser that is asking.
pub async fn end_session() -> Result<()> {
    sessions::end(&session()?).await
}

fn session() -> Result<Session> {
    let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned());
    session.ok_or_else(|| Error::broken("the session layer is not mounted"))
}

/// The sign-in page that leads on to `next`.
#[must_use]
pub fn sign_in_page(next: Option<&NextPath>) -> String {
    next.map_or_else(|| "/sign-in".to_owned(), |next| format!("/sign-in?next={}", next.encoded()))
}

/// Refuses a visitor, and leads a browser to the sign-in page and back to the page that it asked for.
fn sign_in_first() -> Error {
    if let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) {
        let called = parts.uri.path().starts_with("/rpc/");
        let wanted =
            if called { referring_page(&parts) } else { parts.uri.path_and_query().map(ToString::to_string) };
        let page = sign_in_page(wanted.as_deref().and_then(NextPath::parse).as_ref());
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

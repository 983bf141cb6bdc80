//! The theme that a browser chose, in its cookie.

use axum::http::{HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::{ResponseOptions, redirect};

use crate::rpc::theme::{COOKIE, Theme};

/// The theme of the request that is being answered.
#[must_use]
pub fn chosen() -> Theme {
    let Some(parts) = use_context::<Parts>() else { return Theme::default() };
    let lines = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split("; "));
    let value = cookies.find_map(|cookie| cookie.strip_prefix(COOKIE)?.strip_prefix('='));
    value.map_or(Theme::default(), Theme::named)
}

/// Sets the cookie and leads back.
pub fn remember(theme: Theme) {
    if let (Some(response), Ok(value)) =
        (use_context::<ResponseOptions>(), HeaderValue::from_str(&theme.cookie()))
    {
        response.append_header(header::SET_COOKIE, value);
    }
    redirect(&page_before().unwrap_or_else(|| "/".to_owned()));
}

/// The path of the page that sent this request: never another site, whatever the header says.
fn page_before() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let referer = parts.headers.get(header::REFERER)?.to_str().ok()?;
    let uri: axum::http::Uri = referer.parse().ok()?;
    let path = uri.path_and_query()?.as_str();
    (path.starts_with('/') && !path.starts_with("//")).then(|| path.to_owned())
}

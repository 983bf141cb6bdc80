//! How a form ends: back to its page with errors and what was typed, or on to the next page with a notice.

use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::{ResponseOptions, redirect};

use crate::{
    domain::refusal::Refusal,
    rpc::forms::Flash,
    server::error::{Error, Result},
};

const COOKIE: &str = "laurel-flash";
/// Browsers keep about 4 kB a cookie; what was typed is given up before the errors are.
const COOKIE_LIMIT: usize = 3_500;

/// Whether a browser sent this as a plain form and wants a page back, rather than a script that wants data.
#[must_use]
pub fn wants_page() -> bool {
    use_context::<Parts>().is_some_and(|parts| accepts_page(&parts.headers))
}

/// The same, of the headers of a request.
#[must_use]
pub fn accepts_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Where a form leads when it was done, and what to say there.
pub struct Landing {
    pub href: String,
    pub notice: Option<String>,
    /// What is shown there this once, under a name, such as a key that was just made.
    pub once: Option<(&'static str, String)>,
}

impl Landing {
    pub fn at(href: impl Into<String>) -> Self {
        Self { href: href.into(), notice: None, once: None }
    }

    pub fn saying(href: impl Into<String>, notice: impl Into<String>) -> Self {
        Self { once: None, notice: Some(notice.into()), href: href.into() }
    }

    /// The same, and shows something this once. It travels in the cookie that the next page takes.
    pub fn showing(href: impl Into<String>, notice: impl Into<String>, once: (&'static str, String)) -> Self {
        Self { once: Some(once), ..Self::saying(href, notice) }
    }
}

/// Ends the form `form` on the page `page`. A script gets the refusal as an error; a plain form is sent back
/// to its page, where the errors stand beside the fields and `typed` is kept.
pub fn finish<T>(
    form: &str,
    page: &str,
    typed: &[(&str, &str)],
    outcome: Result<T>,
    done: impl FnOnce(T) -> Landing,
) -> Result<()> {
    match outcome {
        Ok(value) => {
            let landing = done(value);
            if landing.notice.is_some() {
                let typed = landing.once.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                leave(&Flash { form: form.to_owned(), notice: landing.notice, typed, refusal: None });
            }
            redirect(&landing.href);
            Ok(())
        }
        Err(Error::Refused(refusal)) if wants_page() => {
            leave_refusal(form, typed, refusal);
            redirect(page);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn leave_refusal(form: &str, typed: &[(&str, &str)], refusal: Refusal) {
    let typed = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    leave(&Flash { form: form.to_owned(), refusal: Some(refusal), typed, notice: None });
}

/// Leaves an outcome for the next page.
pub fn leave(flash: &Flash) {
    set_cookie(&cookie(flash));
}

/// The cookie that takes an outcome to the next page.
pub fn cookie(flash: &Flash) -> String {
    let mut value = encode(flash);
    if value.len() > COOKIE_LIMIT {
        value = encode(&Flash { typed: Vec::new(), ..flash.clone() });
    }
    format!("{COOKIE}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")
}

/// Takes the outcome that the last form left.
#[must_use]
pub fn take_flash() -> Flash {
    let Some(parts) = use_context::<Parts>() else { return Flash::default() };
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let found = cookies
        .flat_map(|line| line.split("; "))
        .find_map(|cookie| cookie.strip_prefix("laurel-flash=")?.into());
    let Some(value) = found else { return Flash::default() };
    set_cookie(&format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    decode(value).unwrap_or_default()
}

fn set_cookie(cookie: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
        response.append_header(header::SET_COOKIE, value);
    }
}

/// Hexadecimal JSON: dull, but made of characters that every cookie may have.
fn encode(flash: &Flash) -> String {
    let json = serde_json::to_vec(flash).unwrap_or_default();
    json.iter().fold(String::with_capacity(json.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn decode(text: &str) -> Option<Flash> {
    let bytes: Option<Vec<u8>> =
        (0..text.len() / 2).map(|i| u8::from_str_radix(text.get(i * 2..i * 2 + 2)?, 16).ok()).collect();
    serde_json::from_slice(&bytes?).ok()
}

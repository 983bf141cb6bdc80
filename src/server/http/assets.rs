//! Files that the binary carries: what the browser's half was built to, and everything of `public/`.
//!
//! The built files stand in a folder whose name changes with their content, so browsers keep them for ever.
//! The others keep their names and are asked for again with their tag. Compressed copies lie beside the
//! files; nothing is compressed while somebody waits.

use std::{fmt::Write, sync::LazyLock};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};

#[derive(Embed)]
#[folder = "$LAUREL_SITE"]
struct Site;

/// Where the built files stand among the embedded ones.
const BUILT: &str = "pkg/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const FOR_AN_HOUR: &str = "public, max-age=3600";

/// The folder of the built files in URLs: `pkg-` and a hash over their names and contents.
pub fn pkg_folder() -> &'static str {
    static FOLDER: LazyLock<String> = LazyLock::new(|| {
        let mut names: Vec<String> =
            Site::iter().filter(|name| name.starts_with(BUILT)).map(|name| name.to_string()).collect();
        names.sort();
        let mut hash = Sha256::new();
        for name in names {
            hash.update(name.as_bytes());
            hash.update(Site::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
        }
        format!("pkg-{}", hex(&hash.finalize()[..6]))
    });
    &FOLDER
}

/// Answers requests for files; everything else goes on.
pub async fn answer(request: Request, next: Next) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return next.run(request).await;
    }
    match file_for(request.uri().path(), pkg_folder()) {
        Some(asked) => match find(&asked, request.headers()) {
            Some(found) => found.response(request.headers()),
            None if asked.for_ever => StatusCode::NOT_FOUND.into_response(),
            None => next.run(request).await,
        },
        None => next.run(request).await,
    }
}

/// The embedded file that a path asks for.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    name: String,
    for_ever: bool,
}

/// Compressed copies are chosen by a header and not by name; built files have no second URL without a hash.
fn file_for(path: &str, pkg: &str) -> Option<Asked> {
    let path = path.strip_prefix('/')?;
    if let Some(built) = path.strip_prefix(pkg).and_then(|rest| rest.strip_prefix('/')) {
        return Some(Asked { name: format!("{BUILT}{built}"), for_ever: true });
    }
    let is_copy = path.rsplit_once('.').is_some_and(|(_, extension)| ["br", "gz"].contains(&extension));
    let hidden = path.is_empty() || path.starts_with(BUILT) || is_copy;
    (!hidden).then(|| Asked { name: path.to_owned(), for_ever: false })
}

/// A file as it will be sent.
struct Found {
    bytes: Bytes,
    encoding: Option<&'static str>,
    has_copies: bool,
    kind: &'static str,
    tag: String,
    for_ever: bool,
}

fn find(asked: &Asked, headers: &HeaderMap) -> Option<Found> {
    let plain = Site::get(&asked.name)?;
    let copies = [("br", ".br"), ("gzip", ".gz")]
        .map(|(encoding, suffix)| (encoding, Site::get(&format!("{}{suffix}", asked.name))));
    let has_copies = copies.iter().any(|(_, copy)| copy.is_some());
    let mut chosen: (Option<&'static str>, EmbeddedFile) = (None, plain);
    for (encoding, copy) in copies {
        if let (Some(copy), true, None) = (copy, accepts(headers, encoding), chosen.0) {
            chosen = (Some(encoding), copy);
        }
    }
    let (encoding, file) = chosen;
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..8]));
    let bytes = match file.data {
        std::borrow::Cow::Borrowed(data) => Bytes::from_static(data),
        std::borrow::Cow::Owned(data) => Bytes::from(data),
    };
    let kind = content_type(&asked.name);
    Some(Found { bytes, encoding, has_copies, kind, tag, for_ever: asked.for_ever })
}

impl Found {
    fn response(self, asked: &HeaderMap) -> Response {
        let known = asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        let unchanged = known.is_some_and(|tags| tags == "*" || tags.contains(&self.tag));
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(self.bytes))
        };
        let headers = response.headers_mut();
        let keep = if self.for_ever { FOR_EVER } else { FOR_AN_HOUR };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        if let Ok(tag) = HeaderValue::from_str(&self.tag) {
            headers.insert(header::ETAG, tag);
        }
        if self.has_copies {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if !unchanged {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
            if let Some(encoding) = self.encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        }
        response
    }
}

/// Whether `Accept-Encoding` lists this encoding and does not refuse it with a weight of nought.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let refused =
            weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offering(encodings: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings))])
    }

    #[test]
    fn an_encoding_is_taken_when_it_is_offered() {
        assert!(accepts(&offering("gzip, deflate, br, zstd"), "br"));
        assert!(accepts(&offering("gzip;q=0.5, BR;q=1.0"), "br"));
        assert!(!accepts(&offering("gzip, br;q=0"), "br"));
        assert!(!accepts(&offering("gzip"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn built_files_are_reached_by_their_hash_alone() {
        let asked = file_for("/pkg-abc/laurel.js", "pkg-abc").expect("a built file");
        assert_eq!(asked, Asked { name: "pkg/laurel.js".to_owned(), for_ever: true });
        assert_eq!(file_for("/pkg/laurel.js", "pkg-abc"), None);
        assert_eq!(file_for("/rewards/coffee.svg.br", "pkg-abc"), None);
        assert_eq!(file_for("/", "pkg-abc"), None);
        let public = file_for("/rewards/coffee.svg", "pkg-abc").expect("a public file");
        assert!(!public.for_ever);
    }

    #[test]
    fn a_known_tag_is_answered_without_the_file() {
        let found = |for_ever| Found {
            bytes: Bytes::from_static(b"body"),
            encoding: Some("br"),
            has_copies: true,
            kind: content_type("laurel.wasm"),
            tag: "\"0123\"".to_owned(),
            for_ever,
        };
        let fresh = found(true).response(&HeaderMap::new());
        assert_eq!(fresh.status(), StatusCode::OK);
        assert_eq!(fresh.headers()[header::CACHE_CONTROL], FOR_EVER);
        assert_eq!(fresh.headers()[header::CONTENT_TYPE], "application/wasm");
        assert_eq!(fresh.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(fresh.headers()[header::VARY], "accept-encoding");
        let known =
            HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static("W/\"9\", \"0123\""))]);
        let unchanged = found(false).response(&known);
        assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(unchanged.headers()[header::CACHE_CONTROL], FOR_AN_HOUR);
        assert!(!unchanged.headers().contains_key(header::CONTENT_ENCODING));
    }
}

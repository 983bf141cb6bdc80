//! What no request gets past: the check against other sites, and the headers that every answer has.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tracing::warn;

use super::problem;
use crate::server::context::Context;

/// Where a request comes from: what limits on attempts count by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Said once: it would be said at every request.
static UNTRUSTED_PROXY: Once = Once::new();
const A_PROXY_IS_THERE: &str = "\
    Requests come with X-Forwarded-For, but LAUREL_TRUST_PROXY is off: if a proxy of yours stands before \
    Laurel, all its visitors count as one address, and a few wrong passwords lock everybody out. Set \
    LAUREL_TRUST_PROXY=yes";

const FROM_ANOTHER_SITE: &str =
    "This was sent from another site, so nothing was done. Open Laurel itself and try again.";

/// What every answer says to browsers.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
/// What an answer says that is neither a page nor made by one.
const HEADERS_UNLESS_SET: [(HeaderName, &str); 2] = [
    // A picture that is opened by itself may use the styles it brings.
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
    // Pages show what belongs to one person.
    (header::CACHE_CONTROL, "no-store"),
];

/// Refuses what another site makes a browser send, notes where the request comes from, and adds the headers.
pub async fn watch(State(context): State<Context>, mut request: Request, next: Next) -> Response {
    let config = &context.config;
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let mut response =
        if changes && !is_same_site(request.headers(), &config.public_url(), config.has_public_url()) {
            problem::answer(StatusCode::FORBIDDEN, FROM_ANOTHER_SITE, request.headers())
        } else {
            if let Some(address) = client_address(&request, config.trust_proxy) {
                request.extensions_mut().insert(ClientAddress(address));
            }
            next.run(request).await
        };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in HEADERS_UNLESS_SET {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if config.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Browsers say where a request comes from and pages can't forge it; who says nothing is no browser, and has
/// no cookies of ours that another could use. After Go's `CrossOriginProtection` and the OWASP cheat sheet on
/// forgery.
fn is_same_site(headers: &HeaderMap, public_url: &str, is_said: bool) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    if origin == public_url {
        return true;
    }
    let Some((_, host)) = origin.split_once("://") else { return false };
    // A name that somebody else has pointed at us is sent as the host, too: where our own name was said, only
    // numbers and this machine pass beside it.
    text(header::HOST) == Some(host) && (!is_said || is_no_name(host))
}

/// Whether a host is an address or this machine, which nobody can point elsewhere.
fn is_no_name(host: &str) -> bool {
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// The peer's address, or, behind a proxy of one's own, the one that this proxy saw: the last of the list.
fn client_address(request: &Request, trust_proxy: bool) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if !trust_proxy {
        if request.headers().contains_key("x-forwarded-for") {
            UNTRUSTED_PROXY.call_once(|| warn!("{A_PROXY_IS_THERE}"));
        }
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|list| list.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn passes(pairs: &[(&'static str, &'static str)]) -> bool {
        is_same_site(&headers(pairs), "https://club.example.org", true)
    }

    #[test]
    fn a_browser_passes_from_our_own_pages_alone() {
        assert!(passes(&[("sec-fetch-site", "same-origin")]));
        assert!(passes(&[("sec-fetch-site", "none")]));
        assert!(!passes(&[("sec-fetch-site", "cross-site")]));
        assert!(!passes(&[("sec-fetch-site", "same-site")]));
        assert!(!passes(&[("sec-fetch-site", "cross-site"), ("origin", "https://club.example.org")]));
    }

    #[test]
    fn an_old_browser_passes_by_its_origin() {
        assert!(passes(&[("origin", "https://club.example.org")]));
        assert!(passes(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(!passes(&[("origin", "https://evil.example"), ("host", "club.example.org")]));
        assert!(!passes(&[("origin", "null"), ("host", "club.example.org")]));
        assert!(!passes(&[("origin", "null")]));
    }

    #[test]
    fn a_foreign_name_that_points_at_us_does_not_pass() {
        let pairs = [("origin", "http://evil.example"), ("host", "evil.example")];
        assert!(!passes(&pairs));
        let unsaid = is_same_site(&headers(&pairs), "http://127.0.0.1:3000", false);
        assert!(unsaid, "without LAUREL_PUBLIC_URL every name may be ours");
        assert!(passes(&[("origin", "http://[::1]:3000"), ("host", "[::1]:3000")]));
    }

    #[test]
    fn what_is_no_browser_passes() {
        assert!(passes(&[("host", "club.example.org")]));
    }

    #[test]
    fn a_forwarded_address_is_believed_behind_a_proxy_alone() {
        let peer = SocketAddr::from(([10, 0, 0, 1], 4000));
        let mut request = Request::new(axum::body::Body::empty());
        request.extensions_mut().insert(ConnectInfo(peer));
        request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 203.0.113.7"));
        assert_eq!(client_address(&request, false), Some(peer.ip()));
        assert_eq!(client_address(&request, true), Some(IpAddr::from([203, 0, 113, 7])));
    }
}

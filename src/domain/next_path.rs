//! Where to go after signing in: a page of ours and nothing else, whatever a link says.

use super::query::query_value;

/// A path on this site that is safe to send somebody to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    /// Accepts a path with its query. Other sites, server functions and the sign-in pages themselves are
    /// refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let inside = text.starts_with('/') && !text.starts_with("//") && text.len() <= 500;
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let loops = ["/rpc", "/sign-in", "/join", "/forgot", "/reset"].iter().any(|start| {
            path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        (inside && plain && !loops).then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As the value of a query parameter.
    #[must_use]
    pub fn encoded(&self) -> String {
        query_value(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_never_leaves_this_site(text in "[/\\\\]{0,3}\\PC{0,30}") {
            if let Some(next) = NextPath::parse(&text) {
                prop_assert!(next.as_str().starts_with('/'));
                prop_assert!(!next.as_str()[1..].starts_with(['/', '\\']));
                let encoded = next.encoded();
                prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic() && !b"?&#".contains(&byte)));
            }
        }
    }

    #[test]
    fn our_pages_pass_and_the_rest_does_not() {
        for text in ["/home", "/rewards?sort=price", "/staff/members/01939c2e", "/resets"] {
            assert!(NextPath::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "home",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/sign-in?next=/sign-in",
            "/rpc/sign_out",
            "/reset/token",
            "/a b",
            "/a\r\nSet-Cookie: x=y",
            "javascript:alert(1)",
        ] {
            assert_eq!(NextPath::parse(text), None, "{text:?}");
        }
        assert_eq!(NextPath::parse("/rewards?a=b&c").expect("a path").encoded(), "/rewards%3Fa%3Db%26c");
    }
}

//! Values in the query of a URL.

use std::fmt::Write;

/// A text as the value of a query parameter, percent-encoded after RFC 3986; slashes stay readable.
#[must_use]
pub fn query_value(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_value_is_read_as_the_query() {
        assert_eq!(query_value("a b&c=d#e/f"), "a%20b%26c%3Dd%23e/f");
        assert_eq!(query_value("Zoë"), "Zo%C3%AB");
    }
}

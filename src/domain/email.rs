//! An e-mail address as it is compared: trimmed, lower case, of a shape that mail servers take.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A plausible address. Whether somebody reads it shows when a mail arrives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Reads an address, or says what is wrong with it in a sentence for the person.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err("Enter an e-mail address, like maya@example.org");
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err("The address needs an @ and a domain, like maya@example.org");
        };
        if text.len() > 254 || local.len() > 64 {
            return Err("The address is too long: at most 254 characters, and 64 before the @");
        }
        if !is_local_part(local) || !is_domain(domain) {
            return Err("The address has a mistake in it. It should look like maya@example.org");
        }
        Ok(Self(text))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A dot-atom of RFC 5322, the only form that is seen in practice.
fn is_local_part(local: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    local.split('.').all(atom)
}

/// At least two labels of letters, digits and inner hyphens.
fn is_domain(domain: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reading_never_panics_and_is_stable(text in "\\PC{0,80}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                prop_assert!(!email.as_str().contains(['\r', '\n', ' ', ',', '<', '>']));
            }
        }
    }

    #[test]
    fn plausible_addresses_are_read_in_lower_case() {
        for text in ["maya@example.org", " Maya.Ortiz+shop@Mail.Example.ORG ", "o'neil@example.co.uk"] {
            let email = Email::parse(text).expect(text);
            assert_eq!(email.as_str(), text.trim().to_lowercase());
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "",
            " ",
            "maya",
            "maya@",
            "@example.org",
            "maya@example",
            "maya@@example.org",
            "a b@example.org",
            "maya@example..org",
            "maya@-example.org",
            ".maya@example.org",
            "maya@example.org\r\nBcc: all@example.org",
            "Maya <maya@example.org>",
            "maya@example.org,eve@example.org",
            &long,
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }
}

//! What somebody is called: any script, one line, not endless.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text;

pub const LONGEST: usize = 80;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// Reads a name with its white space put in order, or says in a sentence what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err("Enter a name; a first name is enough");
        }
        if name.chars().count() > LONGEST {
            return Err("The name is too long: at most 80 characters");
        }
        if !text::shows(&name) {
            return Err("Enter a name that can be seen; a first name is enough");
        }
        if !text::is_plain(&name) {
            return Err("The name has a character in it that can't be shown");
        }
        Ok(Self(name))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_name_is_one_line_and_stable(text in "\\PC{0,100}[\\r\\n\\t ]{0,3}\\PC{0,20}") {
            if let Ok(name) = DisplayName::parse(&text) {
                prop_assert!(!name.as_str().contains(['\r', '\n', '\t']));
                prop_assert_eq!(DisplayName::parse(name.as_str()), Ok(name.clone()));
            }
        }
    }

    #[test]
    fn names_of_any_script_are_kept() {
        for (text, name) in [(" Maya ", "Maya"), ("Zoë\t van  Dam", "Zoë van Dam"), ("山田太郎", "山田太郎")]
        {
            assert_eq!(DisplayName::parse(text).expect(text).as_str(), name);
        }
        for text in ["", "  ", "a\u{202e}b", "a\u{0}b", "\u{3164}\u{200b}", &"x".repeat(81)] {
            assert!(DisplayName::parse(text).is_err(), "{text:?}");
        }
    }
}

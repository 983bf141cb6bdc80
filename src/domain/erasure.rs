//! Erasing a member: why, what they are called afterwards, and how their names are found in what others
//! wrote.

use serde::{Deserialize, Serialize};

use crate::domain::card::CardNo;

/// What boards and staff see in place of somebody who left.
pub const FORMER: &str = "Former member";

/// What the ledger says of the points that they gave up.
pub const GIVEN_UP: &str = "Given up with the membership";

/// What the ledger says of points that they owed.
pub const LET_OFF: &str = "Let off with the membership";

/// Why staff erase a member: one of these, so that the log of it says nothing personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    Asked,
    Twice,
    Idle,
    Died,
}

impl Reason {
    pub const ALL: [Self; 4] = [Self::Asked, Self::Twice, Self::Idle, Self::Died];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Twice => "twice",
            Self::Idle => "idle",
            Self::Died => "died",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// As staff read it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Asked => "The member asked for it",
            Self::Twice => "They are a member twice",
            Self::Idle => "They have not been here for long",
            Self::Died => "They have died",
        }
    }
}

/// A shorter number than this says nothing of anybody by itself, and stands in too many texts; so does a
/// letter.
const TELLING: usize = 4;

/// A regular expression of Postgres that finds these names as whole words, in plain text and in JSON; `None`
/// when there is nothing to look for. Cards are found with their digits in groups, too.
#[must_use]
pub fn pattern(names: &[String]) -> Option<String> {
    let mut wanted: Vec<String> = Vec::new();
    for name in telling(names) {
        wanted.push(name.clone());
        wanted.extend(grouped_card(name));
        let json = serde_json::Value::String(name.clone()).to_string();
        let quoted = json.trim_matches('"').to_owned();
        if quoted != *name {
            wanted.push(quoted);
        }
    }
    let wanted: Vec<String> = wanted.iter().map(|name| literal(name)).collect();
    (!wanted.is_empty()).then(|| format!(r"(?<!\w)(?:{})(?!\w)", wanted.join("|")))
}

/// Whether a text says one of these names, as whole words and whatever their case. Short numbers are nobody.
#[must_use]
pub fn mentions(text: &str, names: &[String]) -> bool {
    let text = text.to_lowercase();
    let says = |name: &str| {
        text.match_indices(name).any(|(start, found)| {
            let apart = |letter: Option<char>| !letter.is_some_and(char::is_alphanumeric);
            apart(text[..start].chars().next_back()) && apart(text[start + found.len()..].chars().next())
        })
    };
    telling(names)
        .any(|name| says(&name.to_lowercase()) || grouped_card(name).is_some_and(|card| says(&card)))
}

/// The words of what somebody is called that say who it is by themselves: "Ottilie" and "Brandt".
#[must_use]
pub fn words(display_name: &str) -> Vec<String> {
    let words = display_name.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| word.chars().count() >= TELLING).map(str::to_owned).collect()
}

/// Whether a text says one of these words as it is written: "Will", who is somebody, and not "will".
#[must_use]
pub fn says(text: &str, words: &[String]) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric()).any(|said| words.iter().any(|word| word == said))
}

/// Names that say something of somebody by themselves.
fn telling(names: &[String]) -> impl Iterator<Item = &String> {
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    let says_little = move |name: &String| match name.chars().count() {
        0 | 1 => true,
        length => length < TELLING && is_number(name),
    };
    names.iter().filter(move |name| !says_little(name))
}

fn grouped_card(name: &str) -> Option<String> {
    CardNo::parse(name).map(|card| card.to_string())
}

/// A text as a pattern that means itself.
fn literal(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len() * 2), |mut pattern, letter| {
        if letter.is_ascii_punctuation() {
            pattern.push('\\');
        }
        pattern.push(letter);
        pattern
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_for_as_they_are_written() {
        assert_eq!(pattern(&[]), None);
        assert_eq!(pattern(&["77".to_owned()]), None, "it stands in every other line");
        let found = pattern(&["a.b@example.org".to_owned()]).expect("a pattern");
        assert_eq!(found, r"(?<!\w)(?:a\.b\@example\.org)(?!\w)");
        let quoted = pattern(&[r#"Jo "X" Li"#.to_owned()]).expect("a pattern");
        assert!(quoted.contains(r#"Jo \"X\" Li"#) && quoted.contains(r#"Jo \\\"X\\\" Li"#), "{quoted}");
    }

    #[test]
    fn a_text_that_names_somebody_is_known() {
        let names = ["Al Bo".to_owned(), "al@example.org".to_owned(), "77".to_owned(), "a".to_owned()];
        for text in ["For al bo, who asked", "AL@EXAMPLE.ORG", "(Al Bo)"] {
            assert!(mentions(text, &names), "{text}");
        }
        for text in ["Royal Bordeaux", "77 bottles", "A mistake at the till", "royal@example.org", ""] {
            assert!(!mentions(text, &names), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_somebody_too() {
        let words = words("Ottilie Will-Brandt Li");
        assert_eq!(words, ["Ottilie", "Will", "Brandt"]);
        assert!(says("Sorry, Ottilie", &words) && says("Mrs Brandt rang", &words));
        assert!(!says("It will come; the brandt", &words));
    }

    #[test]
    fn every_reason_is_read_as_it_is_written() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(Reason::parse("because"), None);
    }
}

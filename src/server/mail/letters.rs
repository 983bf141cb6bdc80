//! The letters that Laurel writes. Each is a text file: its first line is the subject, the rest the body.

use crate::domain::{card::CardNo, display_name::DisplayName, program::Program};

/// A mail before it is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// To somebody who has just joined.
#[must_use]
pub fn welcome(
    program: &Program,
    name: &DisplayName,
    card: &CardNo,
    (home, confirm): (&str, &str),
) -> Letter {
    let card = card.to_string();
    let words = [
        ("program", program.name.as_str()),
        ("name", name.as_str()),
        ("card", &card),
        ("url", home),
        ("confirm", confirm),
    ];
    fill(include_str!("letters/welcome.txt"), &words)
}

/// To somebody who has to show that the address is theirs.
#[must_use]
pub fn confirm(program: &Program, link: &str) -> Letter {
    fill(include_str!("letters/confirm.txt"), &[("program", program.name.as_str()), ("url", link)])
}

/// To somebody who asked to choose a new password.
#[must_use]
pub fn reset(program: &Program, link: &str) -> Letter {
    fill(include_str!("letters/reset.txt"), &[("program", program.name.as_str()), ("url", link)])
}

/// To somebody whose password was changed through a link.
#[must_use]
pub fn password_changed(program: &Program, forgot: &str) -> Letter {
    fill(include_str!("letters/password_changed.txt"), &[("program", program.name.as_str()), ("url", forgot)])
}

/// To the address that a member wants to sign in with.
#[must_use]
pub fn new_address(program: &Program, link: &str) -> Letter {
    fill(include_str!("letters/new_address.txt"), &[("program", program.name.as_str()), ("url", link)])
}

/// To the address that a member signed in with until now.
#[must_use]
pub fn address_changed(program: &Program, home: &str) -> Letter {
    let at = program.address.trim();
    let place = if at.is_empty() { String::new() } else { format!(" ({at})") };
    let words = [("program", program.name.as_str()), ("where", place.as_str()), ("url", home)];
    fill(include_str!("letters/address_changed.txt"), &words)
}

/// Puts words in the places of a template, in one pass: what stands in a word is never read as a place.
fn fill(template: &str, words: &[(&str, &str)]) -> Letter {
    let mut text = String::with_capacity(template.len() + 200);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        let word = words.iter().find(|(name, _)| *name == place).map_or("", |(_, word)| word);
        text.push_str(word);
        rest = after;
    }
    text.push_str(rest);
    let (subject, body) = text.split_once('\n').unwrap_or((&text, ""));
    Letter { subject: one_line(subject), body: body.trim_start().to_owned() }
}

/// A header is one line of at most 200 characters, whatever the words had in them.
fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_their_places_and_nothing_else_happens() {
        let letter =
            fill("Hello {name}\n\nYour card: {card}\n", &[("name", "{card}\r\nBcc: all"), ("card", "482")]);
        assert_eq!(letter.subject.trim_end(), "Hello {card}");
        assert!(letter.body.ends_with("Your card: 482\n"), "{}", letter.body);
        assert!(!letter.subject.contains(['\r', '\n']));
    }

    #[test]
    fn every_place_of_every_letter_has_its_word() {
        for (template, words) in [
            (include_str!("letters/welcome.txt"), vec!["program", "name", "card", "url", "confirm"]),
            (include_str!("letters/confirm.txt"), vec!["program", "url"]),
            (include_str!("letters/reset.txt"), vec!["program", "url"]),
            (include_str!("letters/password_changed.txt"), vec!["program", "url"]),
            (include_str!("letters/new_address.txt"), vec!["program", "url"]),
            (include_str!("letters/address_changed.txt"), vec!["program", "where", "url"]),
        ] {
            let places: Vec<&str> = template
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'))
                .map(|(name, _)| name)
                .collect();
            for word in &words {
                assert!(places.contains(word), "{word} is never said");
            }
            assert!(places.iter().all(|place| words.contains(place)), "{places:?}");
        }
    }
}

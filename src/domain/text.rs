//! What people type can hold characters that nobody sees, that rewrite the line they stand in, or that
//! Postgres can't keep.

/// How many marks may stand on one letter: Vietnamese needs two, Hebrew with its vowels and accents three.
const MOST_MARKS: usize = 3;

/// Characters that Unicode calls letters or formats and that leave nothing on the page: fillers, joiners,
/// marks of direction, variation selectors and tags.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}'
            | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    ) || c.is_whitespace()
        || c.is_control()
}

/// Marks that stand on the letter before them, of any script (the blocks of combining marks of Unicode).
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Marks that turn the direction of what follows: they could rewrite the line that a text stands in.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text stays what it is wherever it is shown: nothing in it turns the line, is a control character
/// (line breaks and tabs aside), or piles marks up on a letter.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let mut marks = 0;
    text.chars().all(|c| {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        marks <= MOST_MARKS && !turns(c) && (!c.is_control() || matches!(c, '\n' | '\r' | '\t'))
    })
}

/// Whether there is anything to see.
#[must_use]
pub fn shows(text: &str) -> bool {
    text.chars().any(|c| !is_blank(c) && !is_mark(c))
}

/// A text that has to say something, without the space around it; `None`: it is empty, is longer than `most`
/// characters, or has characters that can't be shown.
#[must_use]
pub fn said(text: &str, most: usize) -> Option<&str> {
    let text = text.trim();
    (shows(text) && is_plain(text) && text.chars().count() <= most).then_some(text)
}

/// The first letter in upper case.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name out of a title: lower case letters, digits and dashes, at most so many; `None`: nothing of it is
/// one.
#[must_use]
pub fn slug(title: &str, most: usize) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let dashed: String = title.chars().map(plain).collect();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(most).collect();
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

/// Words to look for, without the space around them and without what nothing can match.
#[must_use]
pub fn sought(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_plain_and_shows() {
        for text in
            ["Zoë", "山田太郎", "Nguyễn", "שָׁלוֹם", "🌿", "👩‍👩‍👧", "Two\r\nlines\tand a tab", "e\u{301}\u{323}"]
        {
            assert!(is_plain(text) && shows(text), "{text:?}");
        }
    }

    #[test]
    fn what_nobody_sees_does_not_show() {
        for text in
            ["", " ", "\u{200b}\u{200d}", "\u{3164}", "\u{2800}", "\u{301}\u{301}", "\u{feff}", "\u{0}"]
        {
            assert!(!shows(text), "{text:?}");
        }
    }

    #[test]
    fn what_rewrites_its_line_is_not_plain() {
        let piled = format!("a{}", "\u{301}".repeat(80));
        for text in ["a\u{0}b", "a\u{202e}b", "\u{2066}x", "bell\u{7}", &piled] {
            assert!(!is_plain(text), "{text:?}");
            assert_eq!(said(text, 100), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_said_has_a_length() {
        assert_eq!(said(" for the cup ", 11), Some("for the cup"));
        assert_eq!((said("for the cup", 10), said("  ", 10)), (None, None));
    }

    proptest! {
        #[test]
        fn postgres_keeps_what_is_sought(words in any::<String>()) {
            prop_assert!(!sought(&words).contains('\0'));
        }
    }
}

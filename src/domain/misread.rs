//! JSON that is JSON but does not fit, told in plain words: what the reader of the format says of it is for
//! programmers.

use super::text::sentence;

/// What to do about what a reader complained of. `why` is serde's sentence; one that is not among those it
/// makes by itself was written for people, and stays.
#[must_use]
pub fn plain(why: &str) -> String {
    let why = why.split(" at line ").next().unwrap_or(why);
    let quoted = |start: &str| why.strip_prefix(start)?.split_once('`');
    if let Some((name, _)) = quoted("missing field `") {
        return format!("The field {name} is missing");
    }
    if let Some((name, _)) = quoted("duplicate field `") {
        return format!("The field {name} stands twice");
    }
    if let Some((name, rest)) = quoted("unknown field `") {
        return format!("There is no field {name} here{}", choices(rest, "; there is ", "; there are "));
    }
    if let Some((name, rest)) = quoted("unknown variant `") {
        return format!("There is no {name} here{}", choices(rest, "; there is ", "; there are "));
    }
    if why.starts_with("invalid ")
        && let Some((_, expected)) = why.split_once(", expected ")
    {
        return format!("Give {}", wanted(expected));
    }
    // Numbers in an address are read by the language itself.
    if why.starts_with("invalid digit")
        || why.starts_with("number too")
        || why.starts_with("cannot parse int")
    {
        return format!("Give {}", wanted("i64"));
    }
    if why.starts_with("expected ") || why.starts_with("data did not match") {
        return "This is not of the form that stands here".to_owned();
    }
    sentence(why)
}

/// What there is to choose from: every other piece between the marks.
fn choices(rest: &str, one: &str, several: &str) -> String {
    let names: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => format!("{one}{only}"),
        Some((last, others)) => format!("{several}{} and {last}", others.join(", ")),
    }
}

/// What should stand there instead, as the reader names it.
fn wanted(expected: &str) -> &str {
    let is_number = |name: &str| name.starts_with(['i', 'u']) && name[1..].parse::<u8>().is_ok();
    match expected {
        "a string" | "string" => "a text, in quotes",
        "a boolean" => "true or false",
        "f32" | "f64" => "a number",
        number if is_number(number) => {
            "a whole number that is not too large, and not below zero where none can be"
        }
        list if list.starts_with("a sequence") || list.starts_with("an array") => "a list, in [ and ]",
        object if object.starts_with("struct ") || object.ends_with("map") => "an object, in { and }",
        choice if choice.starts_with("enum ") || choice.contains("variant") => {
            "one of the forms that can stand here"
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read for its mistakes")]
    struct Basket {
        id: String,
        #[serde(default)]
        things: Vec<u32>,
        #[serde(default)]
        share: f64,
        #[serde(default)]
        gift: bool,
        #[serde(default)]
        notes: BTreeMap<String, Note>,
        #[serde(default)]
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(untagged, expecting = "give a text or a number")]
    #[expect(dead_code, reason = "read for its mistakes")]
    enum Note {
        Text(String),
        Number(i64),
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[expect(dead_code, reason = "read for its mistakes")]
    enum Kind {
        Small,
        Large(i64),
    }

    #[test]
    fn numbers_of_an_address_are_told_alike() {
        let whole = "Give a whole number that is not too large, and not below zero where none can be";
        for text in ["", "abc", "1.5", "-1", "99999999999999999999"] {
            let why = text.parse::<u32>().expect_err(text).to_string();
            assert_eq!(plain(&why), whole, "{why}");
        }
    }

    #[test]
    fn no_word_of_the_reader_is_left() {
        for (json, told) in [
            ("{}", "The field id is missing"),
            (r#"{"id":"a","id":"b"}"#, "The field id stands twice"),
            (
                r#"{"id":"a","tip":1}"#,
                "There is no field tip here; there are id, things, share, gift, notes and kind",
            ),
            (r#"{"id":1}"#, "Give a text, in quotes"),
            (r#"{"id":"a","things":1}"#, "Give a list, in [ and ]"),
            (r#"{"id":"a","share":"1"}"#, "Give a number"),
            (r#"{"id":"a","gift":"1"}"#, "Give true or false"),
            (r#"{"id":"a","notes":[]}"#, "Give an object, in { and }"),
            (r#"{"id":"a","notes":{"a":[]}}"#, "Give a text or a number"),
            (r#"{"id":"a","kind":"huge"}"#, "There is no huge here; there are small and large"),
            ("7", "Give an object, in { and }"),
        ] {
            let error = serde_json::from_str::<Basket>(json).expect_err(json);
            assert_eq!(plain(&error.to_string()), told, "{json}");
        }
        for json in [
            r#"{"id":"a","things":[-1]}"#,
            r#"{"id":"a","things":[1.5]}"#,
            r#"{"id":"a","kind":7}"#,
            r#"{"id":"a","kind":"large"}"#,
            r#"{"id":"a","kind":{"small":1,"large":2}}"#,
            r#"{"id":"a","kind":{"large":null}}"#,
        ] {
            let told = plain(&serde_json::from_str::<Basket>(json).expect_err(json).to_string());
            for word in ["enum", "struct", "variant", "u32", "i64", "expected", "invalid", "untagged", "map"]
            {
                assert!(!told.contains(word), "{json}: {told}");
            }
        }
    }
}

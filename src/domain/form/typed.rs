//! What was typed into a form with many fields, from their names and back: `form[steps][0][title]`.

use serde::{Serialize, de::DeserializeOwned};

use crate::domain::query::query_value;

/// How long a text may be that the address of a form's page carries, in bytes.
pub const MOST: usize = 20_000;

/// What is said of a text that is longer.
#[must_use]
pub fn too_long(text: &str) -> Option<&'static str> {
    let how =
        "This is too long: 20 kB fit here. Say it shorter, or divide it. Only its beginning could be kept";
    (text.len() > MOST).then_some(how)
}

/// What was typed as the query of the form's page, so that nothing is lost when it is refused.
#[must_use]
pub fn query(form: &impl Serialize) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(form) else { return String::new() };
    let mut parts = Vec::new();
    for (name, value) in fields {
        flatten(&format!("form[{name}]"), &value, &mut parts);
    }
    let parts = parts.iter().map(|(name, value)| format!("{}={}", query_value(name), query_value(value)));
    format!("?{}", parts.collect::<Vec<_>>().join("&"))
}

/// As much of a text as is carried: of one that is too long, so much that it is still told so.
fn begun(text: &str) -> &str {
    let end = text.char_indices().map(|(at, _)| at).find(|at| *at > MOST);
    end.map_or(text, |end| &text[..end])
}

fn flatten(name: &str, value: &serde_json::Value, parts: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::String(text) if text.is_empty() && !name.ends_with("[name]") => {}
        serde_json::Value::String(text) => parts.push((name.to_owned(), begun(text).to_owned())),
        serde_json::Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                flatten(&format!("{name}[{place}]"), item, parts);
            }
        }
        serde_json::Value::Object(fields) => {
            for (field, value) in fields {
                flatten(&format!("{name}[{field}]"), value, parts);
            }
        }
        _ => {}
    }
}

/// What a form sent to its page as a query, if it sent anything: the reverse of [`query`].
#[must_use]
pub fn read<T: DeserializeOwned>(query: impl IntoIterator<Item = (String, String)>) -> Option<T> {
    let mut root = serde_json::Map::new();
    for (name, value) in query {
        let Some(path) = name.strip_prefix("form[").and_then(|rest| rest.strip_suffix(']')) else { continue };
        put(&mut root, path, value);
    }
    if root.is_empty() { None } else { serde_json::from_value(listed(root)).ok() }
}

fn put(into: &mut serde_json::Map<String, serde_json::Value>, path: &str, value: String) {
    match path.split_once("][") {
        None => {
            into.insert(path.to_owned(), value.into());
        }
        Some((first, rest)) => {
            let inner =
                into.entry(first).or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
            if let serde_json::Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// What is numbered is a list.
fn listed(fields: serde_json::Map<String, serde_json::Value>) -> serde_json::Value {
    let inner = |value| match value {
        serde_json::Value::Object(fields) => listed(fields),
        plain => plain,
    };
    let mut numbered: Vec<(usize, &serde_json::Value)> =
        fields.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value))).collect();
    if numbered.len() == fields.len() && !fields.is_empty() {
        numbered.sort_by_key(|(place, _)| *place);
        return numbered.into_iter().map(|(_, value)| inner(value.clone())).collect();
    }
    serde_json::Value::Object(fields.into_iter().map(|(name, value)| (name, inner(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        earning::form::{LimitForm, RuleForm},
        form::FilterForm,
    };

    #[test]
    fn what_was_typed_comes_back_whatever_it_is() {
        let form = RuleForm {
            name: "Tea & cake = 100 %".to_owned(),
            filter: FilterForm {
                weekdays: vec!["sat".to_owned(), "sun".to_owned()],
                attributes: "material: glass\nsize: big".to_owned(),
                ..FilterForm::default()
            },
            limits: vec![LimitForm { number: "3".to_owned(), of: "times".to_owned(), per: "day".to_owned() }],
            ..RuleForm::default()
        };
        let query = super::query(&form);
        let pairs = query[1..].split('&').map(|pair| {
            let (name, value) = pair.split_once('=').expect("a pair");
            (plain(name), plain(value))
        });
        assert_eq!(read(pairs), Some(form));
        assert_eq!(read::<RuleForm>([("rule".to_owned(), "tea".to_owned())]), None);
    }

    fn plain(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&digits, 16).expect("two digits"));
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).expect("a text")
    }
}

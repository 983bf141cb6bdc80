//! The earning rules as staff see and change them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::{earning::form::RuleForm, form::Known, query::query_value, refusal::Refusal};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RulesPage {
    pub flash: Flash,
    /// now, ended or all.
    pub shown: String,
    /// The newest first.
    pub rules: Vec<RuleView>,
    pub drafts: Vec<DraftLine>,
    pub currency: Currency,
}

/// One version of a rule, in words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RuleView {
    pub rule_no: i32,
    pub rule: String,
    pub version: i32,
    pub name: String,
    /// What it gives.
    pub does: String,
    pub conditions: Vec<String>,
    /// The name of its campaign.
    pub campaign: Option<String>,
    pub state: RuleState,
    /// From when until when, in words.
    pub runs: String,
    /// The newest version, as long as it goes on, can be changed.
    pub can_change: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleState {
    Scheduled,
    Live,
    Ended,
}

/// A draft that is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DraftLine {
    pub id: Uuid,
    pub title: String,
    /// By whom and when.
    pub saved: String,
}

/// Where rules are shown: `now`, `ended` or `all`.
#[server]
pub async fn load_rules(shown: String) -> Result<RulesPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::rules::show(&ctx, &staff, shown).await?)
}

/// The form of a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RulePage {
    pub flash: Flash,
    pub form: RuleForm,
    /// What is wrong with what was typed.
    pub refusal: Option<Refusal>,
    /// What was typed, in words, where it makes a rule.
    pub says: Option<String>,
    /// Campaigns that go on, what they are called and their names.
    pub campaigns: Vec<(String, String)>,
    /// Tiers, what they are called and their names.
    pub tiers: Vec<(String, String)>,
    pub known: Known,
    pub currency: Currency,
}

/// What became of a draft in JSON that staff sent.
#[server]
pub async fn load_rules_json() -> Result<Flash, Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
    };
    identity::staff(&http::context()?).await?;
    Ok(forms::take_flash())
}

/// The form of a rule as it is, of a new one, or of what was typed.
#[server]
pub async fn load_rule(rule: String, campaign: String, typed: Option<RuleForm>) -> Result<RulePage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::rules::form(&ctx, &staff, (&rule, &campaign), typed).await?)
}

/// Keeps a rule as typed as a draft, or makes it live at once.
#[server]
pub async fn save_rule(form: RuleForm, then: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms, views},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/rules/edit{}", typed_query(&form));
    let outcome = views::rules::save(&ctx, &staff, &form, then == "live").await;
    Ok(forms::finish("rule", &page, &[], outcome, views::drafts::landing)?)
}

/// Begins a draft in which a rule or a campaign ends.
#[server]
pub async fn end_rule(name: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms, views},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = views::rules::end(&ctx, &staff, &name).await;
    Ok(forms::finish("end", "/staff/rules", &[], outcome, views::drafts::landing)?)
}

/// Makes a draft in JSON live at once.
#[server]
pub async fn apply_rules(draft: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rules::editing,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = editing::apply_as(&ctx, &staff, &draft).await;
    let done = |_| forms::Landing::saying("/staff/rules".to_owned(), "The draft is live from now on.");
    Ok(forms::finish("draft", "/staff/rules/json", &[("draft", &draft)], outcome, done)?)
}

/// What was typed as the query of the form's page, so that nothing is lost when it is refused.
#[must_use]
pub fn typed_query(form: &impl Serialize) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(form) else { return String::new() };
    let mut parts = Vec::new();
    for (name, value) in fields {
        flatten(&format!("form[{name}]"), &value, &mut parts);
    }
    let parts = parts.iter().map(|(name, value)| format!("{}={}", query_value(name), query_value(value)));
    format!("?{}", parts.collect::<Vec<_>>().join("&"))
}

fn flatten(name: &str, value: &serde_json::Value, parts: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::String(text) if text.is_empty() && !name.ends_with("[name]") => {}
        serde_json::Value::String(text) => parts.push((name.to_owned(), text.clone())),
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

/// What a form sent to its page as a query, if it sent anything: the reverse of `typed_query`.
#[must_use]
pub fn typed<T: serde::de::DeserializeOwned>(query: impl IntoIterator<Item = (String, String)>) -> Option<T> {
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
    use crate::domain::{earning::form::LimitForm, form::FilterForm};

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
        let query = typed_query(&form);
        let pairs = query[1..].split('&').map(|pair| {
            let (name, value) = pair.split_once('=').expect("a pair");
            (plain(name), plain(value))
        });
        assert_eq!(typed(pairs), Some(form));
        assert_eq!(typed::<RuleForm>([("rule".to_owned(), "tea".to_owned())]), None);
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

//! One thing that staff did, as the audit log keeps it.

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    pub audit_event_id: Uuid,
    pub at: Timestamp,
    pub staff_name: String,
    pub action: String,
    pub subject: String,
    pub old: Option<Value>,
    pub new: Option<Value>,
    pub reason: Option<String>,
}

impl AuditEvent {
    /// What is different afterwards, field by field in words: "stock: 40 to 38". Values that were kept are
    /// left out.
    #[must_use]
    pub fn changes(&self) -> Vec<String> {
        let none = Map::new();
        let fields = |value: &Option<Value>| value.as_ref().and_then(Value::as_object).cloned();
        let (old, new) = (fields(&self.old), fields(&self.new));
        let (old, new) = (old.as_ref().unwrap_or(&none), new.as_ref().unwrap_or(&none));
        let gone = old.iter().filter(|(field, value)| !new.contains_key(*field) && !is_id(value));
        let gone = gone.map(|(field, value)| format!("{}: was {}", name(field), words(value)));
        let changed = new.iter().filter(|(_, value)| !is_id(value));
        let changed = changed.filter(|(field, value)| old.get(*field) != Some(*value));
        let changed = changed.map(|(field, value)| match old.get(field) {
            Some(before) => format!("{}: {} to {}", name(field), words(before), words(value)),
            None => format!("{}: {}", name(field), words(value)),
        });
        gone.chain(changed).collect()
    }
}

/// A field as people say it: `display_name` is "display name".
fn name(field: &str) -> String {
    field.replace('_', " ")
}

/// An id says nothing to a reader; what it names stands beside it.
fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 36 && Uuid::parse_str(text).is_ok())
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.as_i64().map_or_else(|| number.to_string(), super::points::grouped),
        Value::String(text) => format!("“{text}”"),
        Value::Array(parts) => parts.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(parts) => {
            let parts = parts.iter().filter(|(_, value)| !is_id(value));
            let parts: Vec<_> =
                parts.map(|(field, value)| format!("{} {}", name(field), words(value))).collect();
            format!("({})", parts.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(old: Option<Value>, new: Option<Value>) -> AuditEvent {
        AuditEvent {
            audit_event_id: Uuid::nil(),
            at: Timestamp::UNIX_EPOCH,
            staff_name: "Rosa".to_owned(),
            action: "reward.edit".to_owned(),
            subject: "reward".to_owned(),
            old,
            new,
            reason: None,
        }
    }

    #[test]
    fn what_changed_is_told_and_what_was_kept_is_not() {
        let old = json!({"name": "Mug", "price": 1200, "stock": null, "gold_only": true});
        let new = json!({"name": "Mug", "price": 1400, "stock": 40, "note": "thrown by Ida"});
        let told = event(Some(old), Some(new)).changes();
        let expected =
            ["gold only: was yes", "note: “thrown by Ida”", "price: 1,200 to 1,400", "stock: nothing to 40"];
        assert_eq!(told, expected);
        assert!(event(None, None).changes().is_empty());
        assert_eq!(event(None, Some(json!({"state": "waiting"}))).changes(), ["state: “waiting”"]);
        let id = "01a2e3f4-0000-7000-8000-000000000000";
        let nested = json!({"redemption_id": id, "rule": {"base": 10, "id": id}, "on": ["visit", "review"]});
        assert_eq!(event(None, Some(nested)).changes(), ["on: “visit”, “review”", "rule: (base 10)"]);
    }
}

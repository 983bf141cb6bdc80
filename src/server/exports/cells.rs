//! Rows as cells of CSV.

use serde_json::Value;

/// A spreadsheet takes a text that begins so for a formula: an apostrophe makes it a text again.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cells of a row, in the order of the columns. Nothing is an empty cell; texts are made harmless,
/// numbers are as they are.
#[must_use]
pub fn cells(row: &Value, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| row.get(column).map_or_else(String::new, cell)).collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        other => other.to_string(),
    }
}

/// A text that no spreadsheet takes for a formula.
#[must_use]
pub fn harmless(text: &str) -> String {
    if text.starts_with(FORMULAS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_numbers_stay_numbers() {
        let row = json!({"id": "=1+1", "points": -20, "name": "@sum", "store": null, "card": "482917304"});
        let cells = cells(&row, &["id", "points", "name", "store", "card", "missing"]);
        assert_eq!(cells, ["'=1+1", "-20", "'@sum", "", "482917304", ""]);
    }
}

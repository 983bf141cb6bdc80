//! The page that tells people every call of the API.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Failure;

/// The calls of the API, in groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub intro: String,
    pub groups: Vec<Group>,
}

/// Calls about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub intro: String,
    pub calls: Vec<Call>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Names it in the page's address.
    pub id: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    /// Paragraphs; code stands between backticks.
    pub words: String,
    pub parameters: Vec<Parameter>,
    /// What can be typed into a shell.
    pub curl: String,
    /// Status and when it is answered.
    pub answers: Vec<(String, String)>,
}

/// A variable part of the path or the query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    /// path or query.
    pub place: String,
    pub words: String,
}

#[server]
pub async fn load_api_reference() -> Result<Reference, Failure> {
    use crate::server::http;
    let ctx = http::context()?;
    Ok(http::views::api_reference::show(&ctx)?)
}

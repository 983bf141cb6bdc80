//! What a form that was just sent left behind: errors beside their fields, what was typed, or a notice of
//! success.
//! It travels in a cookie that lives for one page, so that forms work without scripts and nothing typed is
//! lost.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::domain::refusal::Refusal;

/// The outcome of the form that was sent just before this page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Which form on the page it was.
    pub form: String,
    pub refusal: Option<Refusal>,
    /// What was typed, never passwords.
    pub typed: Vec<(String, String)>,
    /// What was done, in one sentence.
    pub notice: Option<String>,
}

impl Flash {
    /// The error of one field, if this form was refused for it.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<String> {
        let refusal = self.refusal.as_ref()?;
        refusal.fields.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// What was typed into a field, or what it had before.
    #[must_use]
    pub fn value(&self, field: &str, before: impl Into<String>) -> String {
        let typed = self.typed.iter().find(|(name, _)| name == field);
        typed.map_or_else(|| before.into(), |(_, value)| value.clone())
    }

    /// This outcome when it belongs to `form`, else an empty one.
    #[must_use]
    pub fn of(&self, form: &str) -> Self {
        if self.form == form { self.clone() } else { Self::default() }
    }
}

/// Takes the outcome that the last form left; a second call on a later page finds nothing.
#[server]
pub async fn take_flash() -> Result<Flash, Failure> {
    Ok(crate::server::http::forms::take_flash())
}

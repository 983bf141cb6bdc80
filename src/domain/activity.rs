//! What a member did besides buying: a visit, a review, a survey, bottles brought back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    purchase::{MAX_QUANTITY, MemberRef, misdated},
    refusal::{FieldError, Refusal},
};

pub const MAX_ATTRIBUTES: usize = 20;

/// One activity as its source tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub source: String,
    /// One effect per (source, document id), for ever; purchases and activities share the ids.
    pub document_id: String,
    pub member: MemberRef,
    /// What it was: lower case letters, digits, dashes and underscores.
    pub kind: String,
    pub occurred_at: Timestamp,
    /// Numbers and truths as text. `quantity` says how many, `store` where.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// How many things a text says, if it does.
fn told_quantity(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| (0..=MAX_QUANTITY).contains(number))
}

/// Whether a text can name a kind of activity.
#[must_use]
pub fn is_kind(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=40).contains(&text.len()) && text.bytes().all(letter)
}

impl Activity {
    /// How many: what the attribute of that name says, else one.
    #[must_use]
    pub fn quantity(&self) -> i64 {
        self.attributes.get("quantity").and_then(|text| told_quantity(text)).unwrap_or(1)
    }

    #[must_use]
    pub fn store(&self) -> Option<&str> {
        self.attributes.get("store").map(String::as_str)
    }

    /// Refuses what nobody would send, naming the field and what to do.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        self.member.check(&mut errors);
        let mut wrong = |field: &str, message: &str| errors.push(FieldError::new(field, message));
        if self.source.is_empty() || self.source.len() > 60 {
            wrong("source", "Name the source in 1 to 60 characters");
        }
        if self.document_id.trim().is_empty() || self.document_id.len() > 200 {
            wrong("id", "Give the document an id of 1 to 200 characters");
        }
        if !is_kind(&self.kind) {
            wrong("kind", "Name the kind with 1 to 40 lower case letters, digits, dashes or underscores");
        }
        if self.kind == crate::domain::metric::PURCHASE {
            wrong("kind", "Send a purchase as a purchase, with its amount and lines");
        }
        if let Some(why) = misdated("activity", self.occurred_at, now) {
            wrong("occurred_at", &why);
        }
        if self.attributes.get("quantity").is_some_and(|text| told_quantity(text).is_none()) {
            let how = "Give a whole number of things from 0 to 1,000,000, or leave it out for one";
            wrong("attributes/quantity", how);
        }
        let too_long =
            |(name, value): (&String, &String)| name.is_empty() || name.len() > 40 || value.len() > 200;
        if self.attributes.len() > MAX_ATTRIBUTES || self.attributes.iter().any(too_long) {
            wrong("attributes", "At most 20 attributes, with names up to 40 and values up to 200 characters");
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::invalid(errors)) }
    }
}

//! A refusal is for the person: it says what is wrong and what to do, field by field where there are fields.

use serde::{Deserialize, Serialize};

/// Why something was not done. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub code: Code,
    /// One sentence for the person, saying what to do.
    pub message: String,
    /// What is wrong with single fields, in the order of the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// With `InsufficientPoints`: how many are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_missing: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// The stable name of a refusal; the wire shows it in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A field is missing or wrong; `fields` says which.
    Invalid,
    NotFound,
    /// Sign in first.
    SignInRequired,
    /// Signed in, but not allowed to.
    Forbidden,
    WrongCredentials,
    TooManyAttempts,
    LinkExpired,
    /// Purchases have named the member's address, and nobody has shown that it is theirs.
    AddressUnconfirmed,
    EmailTaken,
    /// Another member goes by this outside id.
    ExternalIdTaken,
    DocumentConflict,
    MemberNotFound,
    InsufficientPoints,
    OutOfStock,
    LimitReached,
    NotEligible,
    /// It opens later for this member; the message says when.
    NotYet,
    RewardInactive,
    AlreadyUsed,
    /// Staff have frozen the wallet.
    WalletFrozen,
    /// The hold was captured or released, or its time is over.
    HoldEnded,
    /// All of it came back before.
    AlreadyReturned,
    /// Somebody else changed it meanwhile.
    Stale,
    /// The file can't be read as what it should be.
    UnreadableFile,
}

impl Refusal {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fields: Vec::new(), points_missing: None }
    }

    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let message = match fields.len() {
            1 => "One thing to put right".to_owned(),
            n => format!("{n} things to put right"),
        };
        Self { code: Code::Invalid, message, fields, points_missing: None }
    }

    /// The message, and what is wrong with each field, for where there is no form to show it beside.
    #[must_use]
    pub fn in_full(&self) -> String {
        self.fields.iter().fold(self.message.clone(), |mut text, error| {
            text.push_str("\n  ");
            text.push_str(&error.field);
            text.push_str(": ");
            text.push_str(&error.message);
            text
        })
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(
            Code::NotFound,
            format!("{what} was not found. It may have been removed, or its name is mistyped."),
        )
    }
}

impl FieldError {
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }
}

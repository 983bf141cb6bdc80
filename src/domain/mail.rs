//! A queued mail and what became of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::MailId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    Waiting,
    /// At least one attempt failed; it will be tried again.
    Retrying,
    /// An SMTP server took it.
    Sent,
    /// It was written to the data directory, because no SMTP server is set.
    Written,
    /// Every attempt failed.
    Dead,
}

/// A mail without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub mail_id: MailId,
    pub recipient: String,
    pub subject: String,
    pub created_at: Timestamp,
    pub state: MailState,
    pub attempts: i32,
    pub sent_at: Option<Timestamp>,
    pub next_attempt_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

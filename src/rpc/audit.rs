//! The audit log: everything that staff changed.

use jiff::civil::DateTime;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Failure;

/// One change; its time is local to the program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuditLine {
    pub at: DateTime,
    pub staff_name: String,
    pub action: String,
    pub subject: String,
    /// What the subject is called, where it has a name.
    pub called: Option<String>,
    /// What is different afterwards, in words.
    pub changes: Vec<String>,
    pub reason: Option<String>,
}

/// A page of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    pub subject: Option<String>,
    /// What the subject is called, where it has a name.
    pub called: Option<String>,
    /// Where the next page begins.
    pub next: Option<Uuid>,
    pub is_first: bool,
}

#[server]
pub async fn load_audit(subject: Option<String>, before: Option<Uuid>) -> Result<AuditPage, Failure> {
    use crate::server::{audit, http, identity, program};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let (found, more) = audit::list(&ctx, &staff, subject.as_deref(), before).await?;
    let zone = program::show(&ctx).await?.zone();
    let next = if more { found.last().map(|event| event.audit_event_id) } else { None };
    let mut subjects: Vec<&str> = found.iter().map(|event| event.subject.as_str()).collect();
    subjects.extend(subject.as_deref());
    let names = audit::names(&ctx, &staff, &subjects).await?;
    let line = |event: crate::domain::audit::AuditEvent| AuditLine {
        at: zone.to_datetime(event.at),
        changes: event.changes(),
        staff_name: event.staff_name,
        action: event.action,
        called: names.get(&event.subject).cloned(),
        subject: event.subject,
        reason: event.reason,
    };
    let called = subject.as_ref().and_then(|subject| names.get(subject).cloned());
    let lines = found.into_iter().map(line).collect();
    Ok(AuditPage { lines, subject, called, next, is_first: before.is_none() })
}

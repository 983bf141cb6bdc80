//! Everything that staff changed: who, when, what it was before and after, and why.

mod store;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{context::Context, error::Result, identity::Staff};
use crate::domain::{audit::AuditEvent, text::sought};

/// How many changes a page of the log has.
pub const PAGE: usize = 50;

/// One change by staff, to be recorded in the transaction that makes it.
#[derive(Debug, Clone, Default)]
pub struct Change<'a> {
    /// The verb: "reward.edit", "points.adjust".
    pub action: &'a str,
    /// What it was done to: "reward 0193…", "member 0193…".
    pub subject: String,
    pub old: Option<Value>,
    pub new: Option<Value>,
    pub reason: Option<&'a str>,
}

/// Records a change.
pub async fn record(
    conn: &mut PgConnection,
    staff: &Staff,
    now: Timestamp,
    change: Change<'_>,
) -> Result<()> {
    Ok(store::insert(conn, staff, now, &change).await?)
}

/// What members and rewards that changes were made to are called, by subject; what is gone has no name.
pub async fn names(ctx: &Context, _by: &Staff, subjects: &[&str]) -> Result<HashMap<String, String>> {
    let ids = |noun: &str| -> Vec<Uuid> {
        let mine = subjects.iter().filter_map(|subject| subject.strip_prefix(noun)?.trim().parse().ok());
        mine.collect()
    };
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::names(&mut conn, &ids("member "), &ids("reward ")).await?)
}

/// A page of the log, newest first, older than `before`, of one subject or of all; and whether there is more.
pub async fn list(
    ctx: &Context,
    _by: &Staff,
    subject: Option<&str>,
    before: Option<Uuid>,
) -> Result<(Vec<AuditEvent>, bool)> {
    let mut conn = ctx.pool.acquire().await?;
    let subject = subject.map(sought);
    let mut events = store::newest(&mut conn, subject.as_deref(), before, PAGE + 1).await?;
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    Ok((events, more))
}

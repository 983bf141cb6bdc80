//! Everything that staff changed: who, when, what it was before and after, and why.

mod store;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;

use super::{error::Result, identity::Staff};

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

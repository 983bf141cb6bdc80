//! The rows of the audit log.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};

use super::Change;
use crate::server::{context::new_id, identity::Staff};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub async fn insert(
    conn: &mut PgConnection,
    staff: &Staff,
    now: Timestamp,
    change: &Change<'_>,
) -> Result<()> {
    query!(
        "insert into audit_events
            (audit_event_id, at, account_id, staff_name, action, subject, old, new, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new_id(),
        now.to_sqlx() as _,
        staff.account_id.0,
        staff.name,
        change.action,
        change.subject,
        change.old,
        change.new,
        change.reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}

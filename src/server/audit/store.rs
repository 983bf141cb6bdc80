//! The rows of the audit log.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use super::Change;
use crate::{
    domain::audit::AuditEvent,
    server::{context::new_id, identity::Staff},
};

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

/// The newest changes first: ids grow with time, so they are the order and the cursor.
pub async fn newest(
    conn: &mut PgConnection,
    subject: Option<&str>,
    before: Option<Uuid>,
    most: usize,
) -> Result<Vec<AuditEvent>> {
    let rows = query!(
        "select audit_event_id, at, staff_name, action, subject, old, new, reason
         from audit_events
         where ($1::text is null or subject = $1) and ($2::uuid is null or audit_event_id < $2)
         order by audit_event_id desc limit $3",
        subject,
        before,
        i64::try_from(most).unwrap_or(i64::MAX),
    )
    .fetch_all(conn)
    .await?;
    let event = |(audit_event_id, at, staff_name, action, subject): (Uuid, jiff_sqlx::Timestamp, _, _, _)| {
        AuditEvent {
            audit_event_id,
            at: at.to_jiff(),
            staff_name,
            action,
            subject,
            old: None,
            new: None,
            reason: None,
        }
    };
    Ok(rows
        .into_iter()
        .map(|row| AuditEvent {
            old: row.old,
            new: row.new,
            reason: row.reason,
            ..event((row.audit_event_id, row.at, row.staff_name, row.action, row.subject))
        })
        .collect())
}

/// The names of members and rewards, by what the log calls them: "member 0193…".
pub async fn names(
    conn: &mut PgConnection,
    members: &[Uuid],
    rewards: &[Uuid],
) -> Result<HashMap<String, String>> {
    let rows = query!(
        r#"select 'member ' || member_id as "subject!", display_name as "name!"
             from member_profiles where member_id = any($1)
         union all select 'reward ' || reward_id, name from rewards where reward_id = any($2)"#,
        members,
        rewards,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.subject, row.name)).collect())
}

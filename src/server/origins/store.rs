//! The statement that finds the documents behind entries.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::Origin;
use crate::{domain::ids::MemberId, server::error::Result};

/// Purchases and activities stand in the ledger at their own time; returns and redemptions know their entry,
/// and what is cancelled goes back when it is cancelled.
pub async fn origins(
    conn: &mut PgConnection,
    member: MemberId,
    (from, until): (Timestamp, Timestamp),
    entries: &[i64],
) -> Result<Vec<Origin>> {
    let rows = sqlx::query!(
        r#"select source as "source!", document_id as "document_id!", null as activity from purchases
           where member_id = $1 and purchased_at >= $2 and purchased_at < $3
           union all
           select source, document_id, kind from activities
           where member_id = $1 and occurred_at >= $2 and occurred_at < $3
           union all
           select source, document_id, null from returns where member_id = $1 and entry_no = any($4)
           union all
           select source, document_id, null from redemptions
           where member_id = $1 and source is not null
               and (entry_no = any($4) or cancelled_at >= $2 and cancelled_at < $3)"#,
        member.0,
        from.to_sqlx() as _,
        until.to_sqlx() as _,
        entries
    )
    .fetch_all(conn)
    .await?;
    let origin = rows.into_iter().map(|row| Origin {
        source: row.source,
        document_id: row.document_id,
        activity: row.activity,
    });
    Ok(origin.collect())
}

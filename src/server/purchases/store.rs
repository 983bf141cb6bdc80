//! The statements of purchases.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};

use super::Made;
use crate::{domain::ids::MemberId, server::error::Result};

pub async fn made(
    conn: &mut PgConnection,
    member: MemberId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Made>> {
    let rows = query!(
        "select source, document_id, store, purchased_at, amount, quantity from purchases
         where member_id = $1 and purchased_at >= $2 and purchased_at < $3",
        member.0,
        from.to_sqlx() as _,
        until.to_sqlx() as _
    )
    .fetch_all(conn)
    .await?;
    let made = rows.into_iter().map(|row| Made {
        source: row.source,
        document_id: row.document_id,
        store: row.store,
        purchased_at: row.purchased_at.to_jiff(),
        amount: row.amount,
        quantity: row.quantity,
    });
    Ok(made.collect())
}

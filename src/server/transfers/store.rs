//! Transfers, each with the two entries that it is.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::ids::MemberId,
    server::{documents::DocumentKey, error::Result},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    pub transfer_id: Uuid,
    pub from_wallet: String,
    pub from_entry_no: i64,
    pub from_points: i64,
    pub to_wallet: String,
    pub to_entry_no: i64,
    pub to_points: i64,
    pub transferred_at: Timestamp,
}

pub async fn insert(conn: &mut PgConnection, member: MemberId, moved: &Transfer) -> Result<()> {
    sqlx::query!(
        "insert into transfers (member_id, transfer_id, from_wallet, from_entry_no, from_points, to_wallet,
             to_entry_no, to_points, transferred_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        member.0,
        moved.transfer_id,
        moved.from_wallet,
        moved.from_entry_no,
        moved.from_points,
        moved.to_wallet,
        moved.to_entry_no,
        moved.to_points,
        moved.transferred_at.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The transfer that a document made.
pub async fn by_document(
    conn: &mut PgConnection,
    member: MemberId,
    document: DocumentKey,
) -> Result<Transfer> {
    let row = sqlx::query!(
        "select transfer_id, from_wallet, from_entry_no, from_points, to_wallet, to_entry_no, to_points,
             transferred_at
         from transfers t join ledger_entries e
             on (e.member_id, e.wallet, e.entry_no) = (t.member_id, t.from_wallet, t.from_entry_no)
         where t.member_id = $1 and e.document_key = $2",
        member.0,
        &document[..]
    )
    .fetch_one(conn)
    .await?;
    Ok(Transfer {
        transfer_id: row.transfer_id,
        from_wallet: row.from_wallet,
        from_entry_no: row.from_entry_no,
        from_points: row.from_points,
        to_wallet: row.to_wallet,
        to_entry_no: row.to_entry_no,
        to_points: row.to_points,
        transferred_at: row.transferred_at.to_jiff(),
    })
}

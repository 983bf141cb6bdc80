//! Purchases as their member reads them. They are written by `earning`.

pub mod lines;
mod store;

use jiff::Timestamp;
use sqlx::PgConnection;

use super::error::Result;
use crate::domain::ids::MemberId;

/// A purchase as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub source: String,
    pub document_id: String,
    pub store: Option<String>,
    pub purchased_at: Timestamp,
    /// Minor units.
    pub amount: i64,
    pub quantity: i64,
}

/// A member's purchases between two instants (half-open).
pub async fn made(
    conn: &mut PgConnection,
    member: MemberId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Made>> {
    store::made(conn, member, from, until).await
}

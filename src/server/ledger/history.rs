//! The journal of one member, to be read: entries with the lot that each made, and what is due next.

mod store;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::PgConnection;

use crate::{
    domain::{
        earning::Trace,
        ids::MemberId,
        ledger::{Balances, Kind},
    },
    server::error::Result,
};

/// An entry as a member reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub entry_no: i64,
    pub kind: Kind,
    /// What it added to, or took from, all that the member has.
    pub points: i64,
    pub effective_at: Timestamp,
    pub document: Option<Vec<u8>>,
    pub reason: Option<String>,
    pub trace: Option<Trace>,
    /// When the points can be spent, and until when, where the entry made a lot.
    pub activates_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

/// What a document earned, as it was told when it was booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accrual {
    pub member_id: MemberId,
    /// Of the points, those that could be spent later only.
    pub pending: i64,
    /// What the wallet held afterwards.
    pub after: Balances,
    pub effective_at: Timestamp,
    pub trace: Option<Trace>,
}

/// Points that move on one local day: they expire, or can be spent from then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// All of that day.
    pub points: i64,
    /// The instant of the first.
    pub at: Timestamp,
}

/// The entries of a member between two instants (half-open), newest first. Points that only change from
/// pending to spendable are told with the entry that earned them.
pub async fn between(
    conn: &mut PgConnection,
    member: MemberId,
    (from, until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Line>> {
    store::between(conn, member, from, until, limit).await
}

/// An entry as programs read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    pub entry_no: i64,
    pub kind: Kind,
    /// What it added to, or took from, all that the member has.
    pub points: i64,
    /// What could be spent afterwards.
    pub available_after: i64,
    pub effective_at: Timestamp,
    pub recorded_at: Timestamp,
    pub document: Option<Vec<u8>>,
    pub reason: Option<String>,
    pub trace: Option<Trace>,
}

/// The entries of a member with a number below `before`, newest first.
pub async fn page(
    conn: &mut PgConnection,
    member: MemberId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Posted>> {
    store::page(conn, member, before.unwrap_or(i64::MAX), limit).await
}

/// What a member could spend after an entry.
pub async fn available_after(conn: &mut PgConnection, member: MemberId, entry_no: i64) -> Result<i64> {
    store::available_after(conn, member, entry_no).await
}

/// The accruals of documents.
pub async fn accruals(conn: &mut PgConnection, documents: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Accrual>> {
    store::accruals(conn, documents).await
}

/// The instant of the newest entry before another instant.
pub async fn newest_before(
    conn: &mut PgConnection,
    member: MemberId,
    before: Timestamp,
) -> Result<Option<Timestamp>> {
    store::newest_before(conn, member, before).await
}

/// The points that expire on the next day of `zone` on which any do.
pub async fn next_expiry(conn: &mut PgConnection, member: MemberId, zone: &str) -> Result<Option<Due>> {
    store::next_expiry(conn, member, zone).await
}

/// The points that can be spent from the next day of `zone` on from which any can.
pub async fn next_activation(conn: &mut PgConnection, member: MemberId, zone: &str) -> Result<Option<Due>> {
    store::next_activation(conn, member, zone).await
}

//! Where ledger entries come from: what the source called the document behind each, and what it was. An entry
//! itself keeps a hash of it only.

mod store;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::{documents, error::Result};
use crate::domain::ids::MemberId;

/// The document behind an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub source: String,
    /// The source's own id.
    pub document_id: String,
    /// Of an activity, its kind.
    pub activity: Option<String>,
}

/// The documents behind these entries of a member, given as number, instant and key of the document; by key.
pub async fn of_entries(
    conn: &mut PgConnection,
    member: MemberId,
    entries: &[(i64, Timestamp, &[u8])],
) -> Result<HashMap<Vec<u8>, Origin>> {
    let times = || entries.iter().map(|(_, at, _)| *at);
    let (Some(from), Some(last)) = (times().min(), times().max()) else { return Ok(HashMap::new()) };
    let until = last + SignedDuration::from_micros(1);
    let numbers: Vec<i64> = entries.iter().map(|(entry_no, _, _)| *entry_no).collect();
    let found = store::origins(conn, member, (from, until), &numbers).await?;
    let key = |origin: Origin| (documents::key(&origin.source, &origin.document_id).to_vec(), origin);
    Ok(found.into_iter().map(key).collect())
}

//! Walks every member's chain of hashes, one page of entries at a time, so that memory stays flat.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Difference, store};
use crate::{
    domain::ids::MemberId,
    server::{
        error::Result,
        ledger::{beginning, entry_hash},
    },
};

/// How many entries are read at a time.
const PAGE: i64 = 5_000;

/// The entries whose hash is not what they and the one before make, and the wallets that point elsewhere.
pub async fn broken(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let mut differences = Vec::new();
    let mut after = (Uuid::nil(), String::new(), 0);
    let mut previous = (Uuid::nil(), String::new(), Vec::new());
    loop {
        let page = store::hashed_entries(conn, (after.0, &after.1, after.2), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = (last.member, last.wallet.clone(), last.entry.entry_no);
        for row in &page {
            if (previous.0, &previous.1) != (row.member, &row.wallet) {
                previous = (row.member, row.wallet.clone(), beginning(&row.wallet));
            }
            let expected = entry_hash(&previous.2, MemberId(row.member), &row.entry);
            if expected != row.hash {
                differences.push(Difference {
                    subject: format!("member {} entry {}", row.member, row.entry.entry_no),
                    expected: hex(&expected),
                    found: hex(&row.hash),
                });
            }
            previous.2.clone_from(&row.hash);
        }
    }
    differences.extend(store::heads(conn).await?);
    Ok(differences)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

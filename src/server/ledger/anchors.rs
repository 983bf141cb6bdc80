//! The hourly anchor: one hash over the heads of all chains, itself chained and told in the log, so that it
//! can be kept where nobody who can write to the database can change it.

mod store;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tracing::info;

use crate::server::{context::Context, error::Result, jobs::Pace};

pub use store::{Anchor, Root};

/// An anchor is made this long after the hour that it covers, when every transaction that recorded something
/// in that hour has ended: none may take as long.
const MARGIN: SignedDuration = SignedDuration::from_mins(10);

/// Anchors the entries recorded up to the last full hour, unless that was done.
pub async fn anchor_step(ctx: Context) -> Result<Pace> {
    let now = ctx.clock.now();
    let until = hour(now - MARGIN)?;
    let mut tx = ctx.pool.begin().await?;
    let before = store::newest(&mut tx).await?;
    if before.as_ref().is_some_and(|anchor| anchor.until >= until) {
        return Ok(Pace::Rest);
    }
    let root = store::root_of_heads(&mut tx, until).await?;
    if root.entries == 0 {
        return Ok(Pace::Rest);
    }
    let previous = before.map(|anchor| anchor.hash).unwrap_or_default();
    let anchor = Anchor { until, hash: chained(&previous, until, &root), root };
    if store::insert(&mut tx, &anchor, now).await? {
        tx.commit().await?;
        info!(
            anchor.until = %until, anchor.entries = anchor.root.entries, anchor.hash = hex(&anchor.hash),
            "Anchored the ledger. Keep this line: `laurel verify` has to show the same hash for this hour"
        );
    }
    Ok(Pace::Rest)
}

fn hour(at: Timestamp) -> Result<Timestamp> {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(3_600)).map_err(crate::server::error::Error::broken)
}

/// sha256 of the anchor before and of everything that this one says.
#[must_use]
pub fn chained(previous: &[u8], until: Timestamp, root: &Root) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(until.as_microsecond().to_be_bytes());
    hasher.update(root.wallets.to_be_bytes());
    hasher.update(root.entries.to_be_bytes());
    hasher.update(&root.root);
    hasher.finalize().to_vec()
}

/// All anchors, oldest first.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Anchor>> {
    store::all(conn).await
}

/// The whole of a hash, as the log has it.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

//! The journal against the anchors: what was recorded before an hour is what it was when it was anchored.

use sqlx::PgConnection;

use super::{Difference, store};
use crate::server::{
    error::Result,
    ledger::anchors::{Anchor, all, chained, hex},
};

/// What differs, and the newest anchor in words. The newest root covers every entry before it; the anchors
/// before it are held by their chain.
pub async fn check(conn: &mut PgConnection) -> Result<(Vec<Difference>, Option<String>)> {
    let anchors = all(conn).await?;
    let mut differences = broken(&anchors);
    let Some(newest) = anchors.last() else { return Ok((differences, None)) };
    let root = store::root_of_journal(conn, newest.until).await?;
    if root != newest.root {
        let told = |root: &crate::server::ledger::anchors::Root| {
            format!("{} entries of {} wallets, root {}", root.entries, root.wallets, hex(&root.root))
        };
        differences.push(Difference {
            subject: format!("all entries before {}", newest.until),
            expected: told(&newest.root),
            found: told(&root),
        });
    }
    let words = format!("{} {}", newest.until, hex(&newest.hash));
    Ok((differences, Some(words)))
}

fn broken(anchors: &[Anchor]) -> Vec<Difference> {
    let mut previous: &[u8] = &[];
    let mut differences = Vec::new();
    for anchor in anchors {
        let expected = chained(previous, anchor.until, &anchor.root);
        if expected != anchor.hash {
            differences.push(Difference {
                subject: format!("anchor {}", anchor.until),
                expected: hex(&expected),
                found: hex(&anchor.hash),
            });
        }
        previous = &anchor.hash;
    }
    differences
}

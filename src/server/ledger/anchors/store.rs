//! The statements of anchors.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::server::error::Result;

/// One hash over many chains: of the digests of 256 groups of members, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    pub wallets: i64,
    pub entries: i64,
    pub root: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// It covers the entries recorded before this instant.
    pub until: Timestamp,
    pub root: Root,
    pub hash: Vec<u8>,
}

pub async fn newest(conn: &mut PgConnection) -> Result<Option<Anchor>> {
    Ok(all(conn).await?.pop())
}

pub async fn all(conn: &mut PgConnection) -> Result<Vec<Anchor>> {
    let rows = sqlx::query!(
        "select anchored_until, wallets, entries, root, hash from ledger_anchors order by anchored_until"
    )
    .fetch_all(conn)
    .await?;
    let anchors = rows.into_iter().map(|row| Anchor {
        until: row.anchored_until.to_jiff(),
        root: Root { wallets: row.wallets, entries: row.entries, root: row.root },
        hash: row.hash,
    });
    Ok(anchors.collect())
}

/// The root of the heads as they were at an instant. Most wallets have not changed since: theirs are read
/// from the wallets, those of the others from the journal.
pub async fn root_of_heads(conn: &mut PgConnection, until: Timestamp) -> Result<Root> {
    sqlx::query!("set local statement_timeout = '10min'").execute(&mut *conn).await?;
    let row = sqlx::query_file!("src/server/ledger/anchors/heads.sql", until.to_sqlx() as _)
        .fetch_one(conn)
        .await?;
    Ok(Root { wallets: row.wallets, entries: row.entries, root: row.root })
}

/// False when another server has anchored this hour.
pub async fn insert(conn: &mut PgConnection, anchor: &Anchor, now: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "insert into ledger_anchors (anchored_until, anchored_at, wallets, entries, root, hash)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        anchor.until.to_sqlx() as _,
        now.to_sqlx() as _,
        anchor.root.wallets,
        anchor.root.entries,
        anchor.root.root,
        anchor.hash
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

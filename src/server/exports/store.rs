//! The statements of exports: each reads a page by its key and makes objects of the rows.

use serde_json::Value;
use sqlx::{PgConnection, query_file, query_file_as, query_file_scalar};
use uuid::Uuid;

use super::Row;
use crate::{domain::ids::MemberId, server::error::Result};

pub async fn profile(conn: &mut PgConnection, member: MemberId) -> Result<Value> {
    Ok(query_file_scalar!("src/server/exports/profile.sql", member.0).fetch_one(conn).await?)
}

pub async fn part(
    conn: &mut PgConnection,
    member: MemberId,
    part: &str,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Row>> {
    let after = after.unwrap_or_default();
    Ok(query_file_as!(Row, "src/server/exports/parts.sql", member.0, part, after, limit)
        .fetch_all(conn)
        .await?)
}

pub async fn members(conn: &mut PgConnection, after: Option<&str>, limit: i64) -> Result<Vec<Row>> {
    let after = id(after);
    Ok(query_file_as!(Row, "src/server/exports/members.sql", after, limit).fetch_all(conn).await?)
}

/// The key is member, wallet and number of the entry.
pub async fn ledger(conn: &mut PgConnection, after: Option<&str>, limit: i64) -> Result<Vec<Row>> {
    let mut parts = after.unwrap_or_default().splitn(3, ' ');
    let member = id(parts.next());
    let wallet = parts.next().unwrap_or_default();
    let entry_no: i64 = parts.next().and_then(|number| number.parse().ok()).unwrap_or_default();
    let rows = query_file!("src/server/exports/ledger.sql", member, wallet, entry_no, limit);
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows.map(|row| Row { key: row.key, row: row.row }).collect())
}

/// The key is member and purchase.
pub async fn purchases(conn: &mut PgConnection, after: Option<&str>, limit: i64) -> Result<Vec<Row>> {
    let (member, purchase) = after.and_then(|key| key.split_once(' ')).unzip();
    let (member, purchase) = (id(member), id(purchase));
    Ok(query_file_as!(Row, "src/server/exports/purchases.sql", member, purchase, limit)
        .fetch_all(conn)
        .await?)
}

/// The id that a key has, or one before all.
fn id(key: Option<&str>) -> Uuid {
    key.and_then(|key| key.parse().ok()).unwrap_or_default()
}

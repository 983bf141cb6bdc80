//! The rows of keys.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use super::ApiKey;
use crate::{
    domain::api_key::{Listed, Scope},
    server::error::Result,
};

pub async fn insert(conn: &mut PgConnection, key: &Listed, key_hash: &[u8; 32]) -> Result<()> {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    query!(
        "insert into api_keys (api_key_id, key_hash, prefix, source, scopes, per_minute, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        key.api_key_id,
        key_hash.as_slice(),
        key.prefix,
        key.source,
        &scopes as &[&str],
        key.per_minute,
        key.made_by,
        key.made_at.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The keys of these hashes, by their hash; those that were revoked are none.
pub async fn by_hashes(
    conn: &mut PgConnection,
    hashes: &BTreeSet<[u8; 32]>,
) -> Result<HashMap<Vec<u8>, ApiKey>> {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.to_vec()).collect();
    let rows = query!(
        "select key_hash, api_key_id, source, scopes, per_minute, last_used_at from api_keys
         where key_hash = any($1) and revoked_at is null",
        &hashes,
    )
    .fetch_all(conn)
    .await?;
    let key = rows.into_iter().map(|row| {
        let key = ApiKey {
            api_key_id: row.api_key_id,
            source: row.source,
            scopes: read(&row.scopes),
            per_minute: row.per_minute,
            last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
        };
        (row.key_hash, key)
    });
    Ok(key.collect())
}

pub async fn note_use(conn: &mut PgConnection, api_key_id: Uuid, now: Timestamp) -> Result<()> {
    query!(
        "update api_keys set last_used_at = $2 where api_key_id = $1
             and (last_used_at is null or last_used_at < $2)",
        api_key_id,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks a key as revoked; false when it was before.
pub async fn revoke(conn: &mut PgConnection, api_key_id: Uuid, by: &str, now: Timestamp) -> Result<bool> {
    let done = query!(
        "update api_keys set revoked_at = $2, revoked_by = $3 where api_key_id = $1 and revoked_at is null",
        api_key_id,
        now.to_sqlx() as _,
        by,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn find(conn: &mut PgConnection, api_key_id: Uuid) -> Result<Option<Listed>> {
    Ok(listed(conn, Some(api_key_id)).await?.pop())
}

pub async fn list(conn: &mut PgConnection) -> Result<Vec<Listed>> {
    listed(conn, None).await
}

async fn listed(conn: &mut PgConnection, only: Option<Uuid>) -> Result<Vec<Listed>> {
    let rows = query!(
        "select api_key_id, prefix, source, scopes, per_minute, made_by, made_at, last_used_at, revoked_at
         from api_keys where $1::uuid is null or api_key_id = $1
         order by revoked_at is not null, made_at desc, api_key_id desc limit 1000",
        only,
    )
    .fetch_all(conn)
    .await?;
    let key = rows.into_iter().map(|row| Listed {
        api_key_id: row.api_key_id,
        prefix: row.prefix,
        source: row.source,
        scopes: read(&row.scopes),
        per_minute: row.per_minute,
        made_by: row.made_by,
        made_at: row.made_at.to_jiff(),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
        revoked_at: row.revoked_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(key.collect())
}

/// A scope that a later version gave and this one does not know lets nobody do anything.
fn read(scopes: &[String]) -> Vec<Scope> {
    scopes.iter().filter_map(|name| Scope::parse(name)).collect()
}

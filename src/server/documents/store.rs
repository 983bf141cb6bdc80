//! The statements of document ids.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Claim, DocumentKey};
use crate::{domain::ids::MemberId, server::error::Result};

/// As much of a sha256 as is stored.
pub type Stored = [u8; 16];

/// The part of a hash that is stored: enough to tell any two documents apart.
pub fn stored(hash: &[u8; 32]) -> Stored {
    let mut part = [0; 16];
    part.copy_from_slice(&hash[..16]);
    part
}

pub async fn insert(
    conn: &mut PgConnection,
    kind: &str,
    claims: &[Claim],
    now: Timestamp,
) -> Result<HashSet<Stored>> {
    let keys: Vec<Vec<u8>> = claims.iter().map(|claim| stored(&claim.key).to_vec()).collect();
    let hashes: Vec<Vec<u8>> = claims.iter().map(|claim| stored(&claim.request_hash).to_vec()).collect();
    let members: Vec<Uuid> = claims.iter().map(|claim| claim.member_id.0).collect();
    let rows = sqlx::query_scalar!(
        "insert into documents (document_key, request_hash, member_id, kind, recorded_at)
         select document_key, request_hash, member_id, $4, $5
         from unnest($1::bytea[], $2::bytea[], $3::uuid[]) as t (document_key, request_hash, member_id)
         on conflict do nothing returning document_key",
        &keys,
        &hashes,
        &members,
        kind,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.iter().filter_map(|key| key.as_slice().try_into().ok()).collect())
}

pub async fn request_hashes(conn: &mut PgConnection, keys: &[Stored]) -> Result<HashMap<Stored, Stored>> {
    let keys: Vec<Vec<u8>> = keys.iter().map(|key| key.to_vec()).collect();
    let rows =
        sqlx::query!("select document_key, request_hash from documents where document_key = any($1)", &keys)
            .fetch_all(conn)
            .await?;
    let pair = rows.iter().filter_map(|row| {
        Some((row.document_key.as_slice().try_into().ok()?, row.request_hash.as_slice().try_into().ok()?))
    });
    Ok(pair.collect())
}

pub async fn delete(conn: &mut PgConnection, keys: &[DocumentKey]) -> Result<()> {
    let keys: Vec<Vec<u8>> = keys.iter().map(|key| stored(key).to_vec()).collect();
    sqlx::query!("delete from documents where document_key = any($1)", &keys).execute(conn).await?;
    Ok(())
}

pub async fn member_of(conn: &mut PgConnection, kind: &str, key: &DocumentKey) -> Result<Option<MemberId>> {
    let found = sqlx::query_scalar!(
        "select member_id from documents where document_key = $1 and kind = $2",
        &stored(key)[..],
        kind
    );
    Ok(found.fetch_optional(conn).await?.map(MemberId))
}

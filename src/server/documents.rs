//! Document ids: one effect each, for ever. The same body again is known, another body under the same id is
//! refused.

mod store;

use std::collections::HashMap;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use store::Stored;

pub use store::stored;

use super::error::Result;
use crate::domain::ids::MemberId;

pub type DocumentKey = [u8; 32];

/// A document to be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub key: DocumentKey,
    pub request_hash: [u8; 32],
    pub member_id: MemberId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// Ours: its effect is to be made in this transaction.
    New,
    /// The same body was booked before.
    Known,
    /// The id was used for another body.
    Conflict,
}

/// sha256 of source and id, which can't be mistaken for each other.
#[must_use]
pub fn key(source: &str, document_id: &str) -> DocumentKey {
    let mut hasher = Sha256::new();
    hasher.update((source.len() as u64).to_be_bytes());
    hasher.update(source.as_bytes());
    hasher.update(document_id.as_bytes());
    hasher.finalize().into()
}

/// sha256 of a request's body.
#[must_use]
pub fn request_hash(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}

/// Claims these documents, in the order given; an id that stands twice in one batch is claimed once.
pub async fn claim(
    conn: &mut PgConnection,
    kind: &str,
    claims: &[Claim],
    now: Timestamp,
) -> Result<Vec<Claimed>> {
    let mut first: HashMap<DocumentKey, usize> = HashMap::with_capacity(claims.len());
    for (index, claim) in claims.iter().enumerate() {
        first.entry(claim.key).or_insert(index);
    }
    // Every batch inserts in the order of the keys, so that two of them never wait for each other in a
    // circle.
    let mut unique: Vec<Claim> = first.values().map(|index| claims[*index]).collect();
    unique.sort_unstable_by_key(|claim| claim.key);
    let ours = store::insert(conn, kind, &unique, now).await?;
    let others: Vec<Stored> =
        unique.iter().map(|claim| stored(&claim.key)).filter(|key| !ours.contains(key)).collect();
    let known = if others.is_empty() { HashMap::new() } else { store::request_hashes(conn, &others).await? };
    let answer = claims.iter().enumerate().map(|(index, claim)| {
        let first = first[&claim.key];
        let key = stored(&claim.key);
        if first == index && ours.contains(&key) {
            return Claimed::New;
        }
        let booked = known.get(&key).copied().unwrap_or(stored(&claims[first].request_hash));
        if booked == stored(&claim.request_hash) { Claimed::Known } else { Claimed::Conflict }
    });
    Ok(answer.collect())
}

/// Gives up documents that this transaction claimed and made nothing of: they may be sent again.
pub async fn give_up(conn: &mut PgConnection, keys: &[DocumentKey]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    store::delete(conn, keys).await
}

/// Whose a document of this kind is, if there is one.
pub async fn member_of(conn: &mut PgConnection, kind: &str, key: &DocumentKey) -> Result<Option<MemberId>> {
    store::member_of(conn, kind, key).await
}

/// What a claim of these would find, in the order given, and claims nothing.
pub async fn look_up(conn: &mut PgConnection, documents: &[(DocumentKey, [u8; 32])]) -> Result<Vec<Claimed>> {
    let keys: Vec<Stored> = documents.iter().map(|(key, _)| stored(key)).collect();
    let known = store::request_hashes(conn, &keys).await?;
    let answer = documents.iter().map(|(key, request_hash)| match known.get(&stored(key)) {
        None => Claimed::New,
        Some(booked) if *booked == stored(request_hash) => Claimed::Known,
        Some(_) => Claimed::Conflict,
    });
    Ok(answer.collect())
}

//! Keys of tills, shops and scripts. A key is shown once, when it is made; only its hash is kept.

mod meter;
mod store;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rand::random;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tracing::info;
use uuid::Uuid;

use super::{
    audit,
    context::{Context, new_id},
    error::{Error, Result},
    identity::Staff,
};
use crate::domain::{
    api_key::{self, Listed, Scope},
    refusal::{FieldError, Refusal},
};

pub use meter::{Meter, Over};

/// Calls a minute that a key may make unless it is told otherwise: far above what a shop needs, and low
/// enough that a script run wild is noticed.
pub const PER_MINUTE: i32 = 300_000;
/// Letters and digits that can't be mistaken for one another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How much of a key is shown in lists.
const PREFIX: usize = 13;
/// The use of a key is noted no more often than this.
const NOTE_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// A key that is good: who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub api_key_id: Uuid,
    pub source: String,
    pub scopes: Vec<Scope>,
    pub per_minute: i32,
    last_used_at: Option<Timestamp>,
}

/// What somebody who makes a key says.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub source: String,
    pub scopes: Vec<String>,
    pub per_minute: i32,
}

/// Makes a key and gives it, the one time that it is seen. Refused: `invalid` fields.
pub async fn create(ctx: &Context, by: &Staff, new: &NewKey) -> Result<(Listed, String)> {
    let (source, scopes) = check(new)?;
    let secret = draw();
    let now = ctx.clock.now();
    let listed = Listed {
        api_key_id: new_id(),
        prefix: secret[..PREFIX].to_owned(),
        source,
        scopes,
        per_minute: new.per_minute,
        made_by: by.name.clone(),
        made_at: now,
        last_used_at: None,
        revoked_at: None,
    };
    let mut tx = ctx.pool.begin().await?;
    store::insert(&mut tx, &listed, &hash(&secret)).await?;
    let names: Vec<&str> = listed.scopes.iter().map(|scope| scope.as_str()).collect();
    let change = audit::Change {
        action: "api_key.create",
        subject: format!("api_key {}", listed.prefix),
        new: Some(
            json!({ "source": listed.source, "scopes": names.join(", "), "per_minute": new.per_minute }),
        ),
        ..audit::Change::default()
    };
    audit::record(&mut tx, by, now, change).await?;
    tx.commit().await?;
    info!("Made the key {}… of {}", listed.prefix, listed.source);
    Ok((listed, secret))
}

fn check(new: &NewKey) -> Result<(String, Vec<Scope>)> {
    let mut wrong = Vec::new();
    let source = api_key::source(&new.source).map_err(|why| wrong.push(FieldError::new("source", why)));
    let scopes = api_key::scopes(new.scopes.iter().map(String::as_str));
    let scopes = scopes.map_err(|why| wrong.push(FieldError::new("scopes", why)));
    if !(1..=10_000_000).contains(&new.per_minute) {
        wrong.push(FieldError::new("per_minute", "Allow 1 to 10,000,000 calls a minute"));
    }
    match (source, scopes) {
        (Ok(source), Ok(scopes)) if wrong.is_empty() => Ok((source, scopes)),
        _ => Err(Refusal::invalid(wrong).into()),
    }
}

/// 160 bits of chance.
fn draw() -> String {
    let digit = |byte: u8| char::from(ALPHABET[usize::from(byte & 31)]);
    let digits: String = random::<[u8; 32]>().into_iter().map(digit).collect();
    format!("laurel_{digits}")
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// All keys, the newest first; revoked ones too.
pub async fn list(ctx: &Context, _by: &Staff) -> Result<Vec<Listed>> {
    store::list(&mut *ctx.pool.acquire().await?).await
}

/// Ends a key at once; revoking it again changes nothing. Refused: `not_found`.
pub async fn revoke(ctx: &Context, by: &Staff, api_key_id: Uuid) -> Result<Listed> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    let found = store::find(&mut tx, api_key_id).await?.ok_or_else(|| Error::not_found("This key"))?;
    if !store::revoke(&mut tx, api_key_id, &by.name, now).await? {
        return Ok(found);
    }
    let change = audit::Change {
        action: "api_key.revoke",
        subject: format!("api_key {}", found.prefix),
        old: Some(json!({ "source": found.source })),
        ..audit::Change::default()
    };
    audit::record(&mut tx, by, now, change).await?;
    tx.commit().await?;
    Ok(Listed { revoked_at: Some(now), ..found })
}

/// The keys that begin so: how the command line names them.
pub async fn beginning_with(ctx: &Context, by: &Staff, prefix: &str) -> Result<Vec<Listed>> {
    let all = list(ctx, by).await?;
    Ok(all.into_iter().filter(|key| !prefix.is_empty() && key.prefix.starts_with(prefix)).collect())
}

/// Who holds each of these keys, in the order given; `None` where there is no such key or it was revoked.
pub async fn authenticate(
    conn: &mut PgConnection,
    secrets: &[String],
    now: Timestamp,
) -> Result<Vec<Option<ApiKey>>> {
    let hashes: Vec<[u8; 32]> = secrets.iter().map(|secret| hash(secret)).collect();
    let wanted: BTreeSet<[u8; 32]> = hashes.iter().copied().collect();
    let found = store::by_hashes(conn, &wanted).await?;
    for key in found.values() {
        if key.last_used_at.is_none_or(|at| now.duration_since(at) >= NOTE_EVERY) {
            store::note_use(conn, key.api_key_id, now).await?;
        }
    }
    Ok(hashes.iter().map(|hash| found.get(hash.as_slice()).cloned()).collect())
}

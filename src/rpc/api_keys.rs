//! Keys of the API, as staff make and end them.

use jiff::civil::DateTime;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, forms::Flash};
use crate::domain::api_key::Scope;

/// A key in the list; times are local to the program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyLine {
    pub api_key_id: Uuid,
    /// How it begins.
    pub prefix: String,
    pub source: String,
    pub scopes: Vec<Scope>,
    pub made_by: String,
    pub made_at: DateTime,
    pub last_used_at: Option<DateTime>,
    pub revoked_at: Option<DateTime>,
}

/// The page of keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeysPage {
    pub flash: Flash,
    pub keys: Vec<KeyLine>,
    /// The key that was just made: shown this once.
    pub fresh: Option<String>,
}

#[server]
pub async fn load_keys() -> Result<KeysPage, Failure> {
    use crate::server::{
        api_keys,
        http::{self, forms},
        identity, program,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let zone = program::show(&ctx).await?.zone();
    let local = |at| zone.to_datetime(at);
    let line = |key: crate::domain::api_key::Listed| KeyLine {
        api_key_id: key.api_key_id,
        prefix: key.prefix,
        source: key.source,
        scopes: key.scopes,
        made_by: key.made_by,
        made_at: local(key.made_at),
        last_used_at: key.last_used_at.map(local),
        revoked_at: key.revoked_at.map(local),
    };
    let keys = api_keys::list(&ctx, &staff).await?.into_iter().map(line).collect();
    let flash = forms::take_flash();
    let fresh = Some(flash.of("create_key").value("key", "")).filter(|key| !key.is_empty());
    Ok(KeysPage { flash, keys, fresh })
}

/// Makes a key; the next page shows it, once.
#[server]
pub async fn create_key(source: String, #[server(default)] scopes: Vec<String>) -> Result<(), Failure> {
    use crate::server::{
        api_keys::{self, NewKey, PER_MINUTE},
        http::{self, forms},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let new = NewKey { source: source.clone(), scopes, per_minute: PER_MINUTE };
    let made = api_keys::create(&ctx, &staff, &new).await;
    let typed = [("source", source.as_str())];
    Ok(forms::finish("create_key", "/staff/keys", &typed, made, |(key, secret)| {
        forms::Landing::showing("/staff/keys", format!("The key of {} is made.", key.source), ("key", secret))
    })?)
}

/// Ends a key.
#[server]
pub async fn revoke_key(api_key_id: Uuid) -> Result<(), Failure> {
    use crate::server::{
        api_keys,
        http::{self, forms},
        identity,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let revoked = api_keys::revoke(&ctx, &staff, api_key_id).await;
    Ok(forms::finish("revoke_key", "/staff/keys", &[], revoked, |key| {
        forms::Landing::saying(
            "/staff/keys",
            format!("The key {}… of {} is revoked.", key.prefix, key.source),
        )
    })?)
}

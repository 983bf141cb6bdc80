//! Sessions in Postgres. A visitor has none; signing in starts one under a new id, signing out deletes it.
//! The table keeps a hash of the id, so that who reads the table can't take a session over.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use time::OffsetDateTime;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store,
};
use uuid::Uuid;

use super::{Caller, Member, Staff, hex, store};
use crate::{
    domain::ids::{AccountId, MemberId},
    server::{
        clock::Clock,
        context::Context,
        error::{Error, Result},
    },
};

const KEY: &str = "signed_in";

/// How long a session lives: from its last use, and from its start whatever is done.
struct Limits {
    idle: SignedDuration,
    absolute: SignedDuration,
    /// Its use is noted no more often than this.
    note_every: SignedDuration,
}

const MEMBER: Limits = Limits {
    idle: SignedDuration::from_hours(30 * 24),
    absolute: SignedDuration::from_hours(180 * 24),
    note_every: SignedDuration::from_hours(6),
};
const STAFF: Limits = Limits {
    idle: SignedDuration::from_hours(12),
    absolute: SignedDuration::from_hours(7 * 24),
    note_every: SignedDuration::from_mins(10),
};

/// What a session remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SignedIn {
    account_id: AccountId,
    member_id: Option<MemberId>,
    staff_name: Option<String>,
    since: Timestamp,
    seen_at: Timestamp,
}

impl SignedIn {
    fn new(caller: &Caller, now: Timestamp) -> Self {
        let (member_id, staff_name) = match caller {
            Caller::Member(member) => (Some(member.member_id), None),
            Caller::Staff(staff) => (None, Some(staff.name.clone())),
        };
        Self { account_id: caller.account_id(), member_id, staff_name, since: now, seen_at: now }
    }

    fn caller(&self) -> Option<Caller> {
        let account_id = self.account_id;
        match (&self.staff_name, self.member_id) {
            (Some(name), None) => Some(Caller::Staff(Staff { account_id, name: name.clone() })),
            (None, Some(member_id)) => Some(Caller::Member(Member { member_id, account_id })),
            _ => None,
        }
    }

    fn limits(&self) -> &'static Limits {
        if self.staff_name.is_some() { &STAFF } else { &MEMBER }
    }

    fn expires_at(&self) -> Timestamp {
        let limits = self.limits();
        let after = |at: Timestamp, limit| at.checked_add(limit).unwrap_or(Timestamp::MAX);
        after(self.seen_at, limits.idle).min(after(self.since, limits.absolute))
    }
}

/// Starts a session for somebody who has just shown who they are. The id is a new one: an id that was planted
/// before signing in is worth nothing.
pub async fn begin(ctx: &Context, session: &Session, caller: &Caller) -> Result<()> {
    session.cycle_id().await?;
    remember(session, SignedIn::new(caller, ctx.clock.now())).await
}

/// Ends the session: its row is deleted and its cookie removed.
pub async fn end(session: &Session) -> Result<()> {
    Ok(session.flush().await?)
}

/// Who a session belongs to; notes from time to time that it is in use.
pub async fn caller(ctx: &Context, session: &Session) -> Result<Option<Caller>> {
    let Some(signed_in) = session.get::<SignedIn>(KEY).await? else { return Ok(None) };
    let now = ctx.clock.now();
    let caller = signed_in.caller();
    if caller.is_some() && now.duration_since(signed_in.seen_at) >= signed_in.limits().note_every {
        remember(session, SignedIn { seen_at: now, ..signed_in }).await?;
    }
    Ok(caller)
}

/// Whether a session that was good when its request came has not been ended since.
pub async fn lives(ctx: &Context, session: &Session) -> Result<bool> {
    let Some(id) = session.id() else { return Ok(false) };
    let again = Session::new(Some(id), Arc::new(Sessions::new(ctx)), None);
    Ok(again.get::<SignedIn>(KEY).await?.is_some())
}

async fn remember(session: &Session, signed_in: SignedIn) -> Result<()> {
    session.set_expiry(Some(Expiry::AtDateTime(to_time(signed_in.expires_at()))));
    Ok(session.insert(KEY, signed_in).await?)
}

/// Gives every request its session. Over TLS the cookie is bound to this host and never sent in the clear.
#[must_use]
pub fn layer(ctx: &Context) -> SessionManagerLayer<Sessions> {
    let https = ctx.config.is_https();
    SessionManagerLayer::new(Sessions::new(ctx))
        .with_name(if https { "__Host-laurel" } else { "laurel" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
}

/// Deletes the sessions that have expired.
pub async fn delete_expired(ctx: &Context) -> Result<u64> {
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::delete_expired_sessions(&mut conn, ctx.clock.now()).await?)
}

/// Where sessions are kept.
#[derive(Debug, Clone)]
pub struct Sessions {
    pool: PgPool,
    clock: Clock,
}

impl Sessions {
    #[must_use]
    pub fn new(ctx: &Context) -> Self {
        Self { pool: ctx.pool.clone(), clock: ctx.clock.clone() }
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let mut conn = self.pool.acquire().await.map_err(backend)?;
        while !store::insert_session(&mut conn, &row(record)?).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    /// Changes a session that is there; one that was ended meanwhile stays ended.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let mut conn = self.pool.acquire().await.map_err(backend)?;
        store::update_session(&mut conn, &row(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let mut conn = self.pool.acquire().await.map_err(backend)?;
        let found = store::session(&mut conn, &hashed(id), self.clock.now()).await.map_err(backend)?;
        let Some((data, expires_at)) = found else { return Ok(None) };
        let data =
            serde_json::from_value(data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date: to_time(expires_at) }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let mut conn = self.pool.acquire().await.map_err(backend)?;
        store::delete_session(&mut conn, &hashed(id)).await.map_err(backend)
    }
}

/// A session as the table keeps it.
pub(super) struct SessionRow {
    pub session_id: String,
    pub account_id: Option<Uuid>,
    pub data: serde_json::Value,
    pub expires_at: Timestamp,
}

fn row(record: &Record) -> session_store::Result<SessionRow> {
    let data = serde_json::to_value(&record.data)
        .map_err(|error| session_store::Error::Encode(error.to_string()))?;
    let signed_in =
        record.data.get(KEY).and_then(|value| serde_json::from_value::<SignedIn>(value.clone()).ok());
    let seconds = record.expiry_date.unix_timestamp();
    Ok(SessionRow {
        session_id: hashed(&record.id),
        account_id: signed_in.map(|signed_in| signed_in.account_id.0),
        data,
        expires_at: Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH),
    })
}

fn hashed(id: &Id) -> String {
    hex(&Sha256::digest(id.0.to_le_bytes()))
}

fn to_time(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.as_second()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn backend(error: sqlx::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

impl From<tower_sessions::session::Error> for Error {
    #[track_caller]
    fn from(error: tower_sessions::session::Error) -> Self {
        Self::broken(error)
    }
}

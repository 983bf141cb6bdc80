//! Limits on attempts, counted in Postgres so that every server counts together.
//!
//! No limit lets a stranger lock a member out for good: what is counted against an account alone is generous,
//! ends within the hour, and never bars the way of a mailed link.

mod store;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::{
    domain::{email::Email, refusal::Code},
    server::{
        context::Context,
        error::{Error, Result},
    },
};

/// So many attempts in so long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    bucket: String,
    most: i32,
    window: SignedDuration,
}

impl Limit {
    fn new(bucket: String, most: i32, minutes: i64) -> Self {
        Self { bucket, most, window: SignedDuration::from_mins(minutes) }
    }

    /// Joining from one address.
    #[must_use]
    pub fn joining(address: &str) -> Self {
        Self::new(format!("join {address}"), 200, 60)
    }

    /// Joining from one address in vain: few enough that nobody finds out who is a member by trying, enough
    /// for those who share a shop's network.
    #[must_use]
    pub fn joining_in_vain(address: &str) -> Self {
        Self::new(format!("join in vain {address}"), 40, 60)
    }

    /// Trying the numbers of cards from one address: few enough that nobody finds one by chance.
    #[must_use]
    pub fn claiming(address: &str) -> Self {
        Self::new(format!("claim {address}"), 10, 60)
    }

    /// Asking for a mailed link from one address.
    #[must_use]
    pub fn asking_for_link(address: &str) -> Self {
        Self::new(format!("link {address}"), 60, 60)
    }

    /// Links mailed to one account, so that nobody's mailbox is flooded.
    #[must_use]
    pub fn links_to(email: &Email) -> Self {
        Self::new(format!("link to {}", digest(email)), 5, 60)
    }

    /// Wrong passwords: from one address for one account, from one address for any, and for one account from
    /// anywhere.
    #[must_use]
    pub fn signing_in(address: &str, email: &Email) -> [Self; 3] {
        let account = digest(email);
        [
            Self::new(format!("sign in {address} {account}"), 10, 15),
            Self::new(format!("sign in {address}"), 100, 15),
            Self::signing_in_to(email),
        ]
    }

    /// Wrong passwords for one account, from anywhere.
    #[must_use]
    pub(super) fn signing_in_to(email: &Email) -> Self {
        Self::new(format!("sign in to {}", digest(email)), 100, 60)
    }
}

/// Counts an attempt, and refuses it when it is one too many: says when to try again.
pub async fn attempt(ctx: &Context, limits: &[Limit]) -> Result<()> {
    let now = ctx.clock.now();
    let mut conn = ctx.pool.acquire().await?;
    let counted = store::count_attempts(&mut conn, limits, now).await?;
    let over = |limit: &Limit| counted.get(&limit.bucket).filter(|counted| counted.attempts > limit.most);
    match limits.iter().filter_map(over).map(|counted| counted.resets_at).max() {
        Some(until) => Err(too_many(until, now)),
        None => Ok(()),
    }
}

/// Takes an attempt back that turned out to be rightful.
pub async fn forgive(ctx: &Context, limits: &[Limit]) -> Result<()> {
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::forgive_attempts(&mut conn, limits).await?)
}

/// Forgets what was tried in one bucket.
pub async fn forget_one(conn: &mut PgConnection, limit: &Limit) -> Result<()> {
    Ok(store::forget_attempts(conn, limit).await?)
}

/// Forgets what was tried with these addresses.
pub async fn forget(conn: &mut PgConnection, emails: &[Email]) -> Result<()> {
    let digests: Vec<String> = emails.iter().map(|email| format!("%{}", digest(email))).collect();
    Ok(store::delete_limits_of(conn, &digests).await?)
}

/// Adds so many to a bucket that starts anew after `until`, and gives how many there are in it now.
pub async fn tally(ctx: &Context, bucket: &str, by: i64, until: Timestamp) -> Result<i64> {
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::tally(&mut conn, bucket, by, until).await?)
}

/// Forgets attempts whose time is over.
pub async fn delete_expired(ctx: &Context) -> Result<u64> {
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::delete_expired_limits(&mut conn, ctx.clock.now()).await?)
}

fn too_many(until: Timestamp, now: Timestamp) -> Error {
    let minutes = (until.duration_since(now).as_secs() + 59) / 60;
    let wait = if minutes <= 1 { "in a minute".to_owned() } else { format!("in {minutes} minutes") };
    Error::refused(Code::TooManyAttempts, format!("That was tried too often. Try again {wait}."))
}

/// An address is personal: the table keeps a hash of it.
fn digest(email: &Email) -> String {
    let digest = Sha256::digest(email.as_str().as_bytes());
    super::hex(&digest[..16])
}

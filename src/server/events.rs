//! The event spine: what happened is written in the transaction that caused it, so it can neither be lost nor
//! lie.

mod store;

use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{context::new_id, error::Result};
use crate::domain::ids::MemberId;

/// What happened to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub kind: EventKind,
    pub member_id: MemberId,
    /// Points that this changed, where it changed any.
    pub points: i64,
    pub effective_at: Timestamp,
    pub body: Option<serde_json::Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    PointsEarned,
    /// Points below zero: what earned them was returned.
    PointsReturned,
    BadgeAwarded,
    /// It does not hold any more.
    BadgeLost,
    /// What the member has of a badge was worked out from history: boards hear of it, and nobody else.
    BadgeFilled,
    TierChanged,
    RewardRedeemed,
    PointsAdjusted,
    /// What they did in its days before counts from now on.
    ChallengeJoined,
    ChallengeCompleted,
    /// A run has come to a milestone.
    StreakReached,
    /// For a rank, something else than points.
    PrizeWon,
    /// Up or down, when a period of a board of leagues was closed.
    LeagueChanged,
}

impl EventKind {
    pub const ALL: [Self; 13] = [
        Self::PointsEarned,
        Self::PointsReturned,
        Self::BadgeAwarded,
        Self::BadgeLost,
        Self::BadgeFilled,
        Self::TierChanged,
        Self::RewardRedeemed,
        Self::PointsAdjusted,
        Self::ChallengeJoined,
        Self::ChallengeCompleted,
        Self::StreakReached,
        Self::PrizeWon,
        Self::LeagueChanged,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PointsEarned => "points_earned",
            Self::PointsReturned => "points_returned",
            Self::BadgeAwarded => "badge_awarded",
            Self::BadgeLost => "badge_lost",
            Self::BadgeFilled => "badge_filled",
            Self::TierChanged => "tier_changed",
            Self::RewardRedeemed => "reward_redeemed",
            Self::PointsAdjusted => "points_adjusted",
            Self::ChallengeJoined => "challenge_joined",
            Self::ChallengeCompleted => "challenge_completed",
            Self::StreakReached => "streak_reached",
            Self::PrizeWon => "prize_won",
            Self::LeagueChanged => "league_changed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Writes what happened; the caller's transaction decides whether it did.
pub async fn publish(conn: &mut PgConnection, events: &[Event], now: Timestamp) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = events.iter().map(|_| new_id()).collect();
    store::insert(conn, &ids, events, now).await
}

/// What was taken out of the outbox.
#[derive(Debug, Default)]
pub struct Taken {
    pub events: Vec<Event>,
    /// Older than the ids of the purchases and activities that these tell of.
    pub since: Uuid,
}

/// No transaction of ours takes as long, by far, from naming what it records to telling of it.
const LONGEST: u128 = 60 * 60 * 1_000;

/// Takes the oldest events out of the outbox for this transaction; another server takes others.
pub async fn take(conn: &mut PgConnection, limit: i64) -> Result<Taken> {
    let taken = store::take(conn, limit).await?;
    let oldest = taken.iter().map(|(id, _)| *id).min().unwrap_or_default();
    // The first 48 bits of an id are the milliseconds at which it was made (RFC 9562, version 7).
    let since = (oldest.as_u128() >> 80).saturating_sub(LONGEST);
    Ok(Taken {
        events: taken.into_iter().map(|(_, event)| event).collect(),
        since: Uuid::from_u128(since << 80),
    })
}

/// When the oldest event that nobody has taken yet was written: projections are as of then.
pub async fn oldest_waiting(conn: &mut PgConnection) -> Result<Option<Timestamp>> {
    store::oldest(conn).await
}

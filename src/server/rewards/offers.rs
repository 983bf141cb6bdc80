//! The catalogue as members see it: each reward with the reason that stands in the way, if one does.

use jiff::{Timestamp, tz::TimeZone};
use sqlx::PgConnection;

use super::store::{self, Redemption, Reward};
use crate::{
    domain::{
        ids::MemberId,
        reward::{
            Asking, WhyNot,
            opening::{Opening, instant},
            why_not,
        },
    },
    server::{context::Context, error::Result, tiers::TierStanding},
};

/// A reward for one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub reward: Reward,
    pub why_not: Option<WhyNot>,
    /// While it is not open to all.
    pub opening: Option<Opening>,
}

/// What anyone may see, cheapest first.
pub async fn live(ctx: &Context) -> Result<Vec<Reward>> {
    store::live_rewards(&mut *ctx.pool.acquire().await?).await
}

/// The catalogue for a member who has so many points and stands where they do, cheapest first.
pub async fn offers(
    conn: &mut PgConnection,
    member: MemberId,
    available: i64,
    standing: &TierStanding,
    (now, zone): (Timestamp, &TimeZone),
) -> Result<Vec<Offer>> {
    let rewards = store::live_rewards(conn).await?;
    let redeemed = store::redeemed_counts(conn, member).await?;
    let offer = rewards.into_iter().map(|reward| {
        let redeemed = redeemed.get(&reward.reward_id).copied().unwrap_or_default();
        let terms = reward.terms(&standing.ladder);
        let why_not =
            why_not(&terms, Asking { available, tier_rank: standing.tier.rank, redeemed, now, zone });
        let opening = terms.opening.clone().filter(|opening| now < instant(opening.to_all, zone));
        Offer { reward, why_not, opening }
    });
    Ok(offer.collect())
}

/// A member's vouchers, newest first.
pub async fn vouchers(conn: &mut PgConnection, member: MemberId, limit: i64) -> Result<Vec<Redemption>> {
    store::redemptions(conn, member, limit).await
}

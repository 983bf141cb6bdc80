//! The catalogue as members see it: each reward with the reason that stands in the way, if one does.

use sqlx::PgConnection;

use super::store::{self, Redemption, Reward};
use crate::{
    domain::{
        ids::MemberId,
        reward::{WhyNot, why_not},
    },
    server::{context::Context, error::Result},
};

/// A reward for one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub reward: Reward,
    pub why_not: Option<WhyNot>,
}

/// What anyone may see, cheapest first.
pub async fn live(ctx: &Context) -> Result<Vec<Reward>> {
    store::live_rewards(&mut *ctx.pool.acquire().await?).await
}

/// The catalogue for a member who has so many points and stands in a tier of this rank, cheapest first.
pub async fn offers(
    conn: &mut PgConnection,
    member: MemberId,
    available: i64,
    tier_rank: i16,
) -> Result<Vec<Offer>> {
    let rewards = store::live_rewards(conn).await?;
    let redeemed = store::redeemed_counts(conn, member).await?;
    let offer = rewards.into_iter().map(|reward| {
        let times = redeemed.get(&reward.reward_id).copied().unwrap_or_default();
        let why_not = why_not(&reward.terms(), available, tier_rank, times);
        Offer { reward, why_not }
    });
    Ok(offer.collect())
}

/// A member's vouchers, newest first.
pub async fn vouchers(conn: &mut PgConnection, member: MemberId, limit: i64) -> Result<Vec<Redemption>> {
    store::redemptions(conn, member, limit).await
}

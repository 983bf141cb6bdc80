//! Opening the shop: the definitions of the program, written before anybody comes.

use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    shop::{self, OFFERS, Offer},
    store,
};
use crate::{
    domain::{earning::Rulebook, ids::RewardId},
    server::{context::new_id, error::Result, rules::editing, streaks::editing as editing_of_streaks},
};

/// Writes program, tiers, campaigns, badges and rewards; gives the rewards in the order of the offers. The
/// earning rule is the one that every program is founded with.
pub async fn open(
    conn: &mut PgConnection,
    rules: &Rulebook,
    (began, now): (Timestamp, Timestamp),
) -> Result<Vec<RewardId>> {
    store::update_program(conn, &rules.program, began).await?;
    for tier in &rules.tiers {
        store::put_tier(conn, tier).await?;
    }
    editing::put(conn, &rules.parts()).await?;
    store::clear_badges(conn).await?;
    for (badge, position) in rules.badges.iter().zip(1..) {
        store::put_badge(conn, badge, position).await?;
    }
    // It begins today: what the year's runs came to is history, and pays nothing.
    editing_of_streaks::found(conn, &shop::streak(), now).await?;
    let mut rewards = Vec::with_capacity(OFFERS.len());
    for offer in &OFFERS {
        rewards.push(RewardId(offer_reward(conn, offer, began).await?));
    }
    Ok(rewards)
}

async fn offer_reward(conn: &mut PgConnection, offer: &Offer, began: Timestamp) -> Result<Uuid> {
    let reward_id = new_id();
    store::insert_reward(conn, reward_id, offer, began).await?;
    if let Some(capacity) = offer.capacity {
        store::insert_stock(conn, reward_id, capacity).await?;
    }
    Ok(reward_id)
}

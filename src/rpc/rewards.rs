//! The catalogue as a member sees it, and redeeming.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, forms::Flash};
use crate::domain::{ids::RewardId, reward::WhyNot};

/// A reward for the member who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardView {
    pub reward_id: RewardId,
    pub name: String,
    pub description: String,
    pub category: String,
    pub picture: String,
    pub price: i64,
    /// How many are left, of how many; `None`: there is no limit.
    pub stock: Option<(i64, i64)>,
    pub why_not: Option<WhyNot>,
    /// Who can have it from when, in words, while it is not open to all.
    pub opening: Option<String>,
    /// What is missing to the tier that it is for, in words, where it is not the member's.
    pub tier_missing: String,
    /// Names the request to redeem it, so that sending the form twice redeems once.
    pub request_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherView {
    pub reward_name: String,
    pub code: String,
    pub price: i64,
    pub issued_on: Date,
    pub expires_on: Date,
    pub state: VoucherState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum VoucherState {
    Ready,
    Used { on: Date },
    Cancelled { on: Date, reason: String },
    Expired,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardsView {
    pub available: i64,
    /// The address that has to be confirmed before points can be spent.
    pub to_confirm: Option<String>,
    pub rewards: Vec<RewardView>,
    pub vouchers: Vec<VoucherView>,
    pub flash: Flash,
    pub today: Date,
}

/// The catalogue and the vouchers of the member who asks.
#[server]
pub async fn load_rewards() -> Result<RewardsView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::rewards::show(&ctx, &member).await?)
}

/// Redeems a reward. The same request again is the same redemption.
#[server]
pub async fn redeem_reward(reward_id: RewardId, request_id: Uuid) -> Result<(), Failure> {
    use crate::server::{http, http::forms, identity, rewards};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let redeemed = rewards::redeem(&ctx, &member, reward_id, &request_id.to_string()).await;
    Ok(forms::finish("redeem", "/rewards", &[], redeemed, |redemption| {
        let notice =
            format!("{} is yours. Your voucher is ready below: show it at the till.", redemption.reward_name);
        forms::Landing::saying("/rewards", notice)
    })?)
}

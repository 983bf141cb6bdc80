//! The catalogue as staff edit it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::{
    catalogue::{Listed, RewardForm, Search},
    ids::RewardId,
};

/// A page of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CataloguePage {
    pub flash: Flash,
    pub search: Search,
    pub rewards: Vec<Listed>,
    /// All that match.
    pub total: i64,
    /// Where the next page begins.
    pub next: Option<RewardId>,
}

#[server]
pub async fn load_catalogue(search: Search) -> Result<CataloguePage, Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rewards::catalogue,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = catalogue::list(&ctx, &staff, &search).await?;
    let next = if page.more { page.rewards.last().map(|last| last.reward_id) } else { None };
    Ok(CataloguePage { flash: forms::take_flash(), search, rewards: page.rewards, total: page.total, next })
}

/// Where a reward is made or changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditorPage {
    pub flash: Flash,
    /// Names what the form makes, so that sending it twice makes it once.
    pub request_id: Uuid,
    /// None: a new one.
    pub reward: Option<Listed>,
    /// Tiers and their names.
    pub tiers: Vec<(String, String)>,
    pub currency: Currency,
    pub reach: Option<ReachView>,
}

/// What the numbers of a reward mean.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReachView {
    pub members_with_enough: i64,
    pub open_vouchers: i64,
    /// What earns the price, in minor units.
    pub spend: Option<i64>,
}

#[server]
pub async fn load_editor(reward_id: Option<RewardId>) -> Result<EditorPage, Failure> {
    use crate::server::{
        context::new_id,
        http::{self, forms},
        identity, program,
        rewards::catalogue,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let (mut reward, mut reach) = (None, None);
    if let Some(reward_id) = reward_id {
        let found = catalogue::find(&ctx, &staff, reward_id).await?;
        let of = catalogue::reach(&ctx, &staff, &found).await?;
        let (members_with_enough, open_vouchers) = (of.members_with_enough, of.open_vouchers);
        reach = Some(ReachView { members_with_enough, open_vouchers, spend: of.spend });
        reward = Some(found);
    }
    let tiers = catalogue::tiers(&ctx, &staff).await?;
    let tiers = tiers.into_iter().map(|tier| (tier.tier, tier.name)).collect();
    let program = program::show(&ctx).await?;
    let currency = Currency { code: program.currency, digits: program.currency_digits };
    Ok(EditorPage { flash: forms::take_flash(), request_id: new_id(), reward, tiers, currency, reach })
}

/// Makes a draft.
#[server]
pub async fn create_reward(request_id: Uuid, #[server(flatten)] form: RewardForm) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rewards::catalogue,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = catalogue::create(&ctx, &staff, RewardId(request_id), &form).await;
    let done = |id: RewardId| {
        let notice = "The draft is made. Members see it when you publish it.";
        forms::Landing::saying(format!("/staff/rewards/{id}"), notice)
    };
    Ok(forms::finish("reward", "/staff/rewards/new", &form.typed(), outcome, done)?)
}

/// Changes a reward.
#[server]
pub async fn edit_reward(
    reward_id: RewardId,
    version: i32,
    #[server(flatten)] form: RewardForm,
) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rewards::catalogue,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/rewards/{reward_id}");
    let outcome = catalogue::edit(&ctx, &staff, reward_id, version, &form).await;
    let done = |()| forms::Landing::saying(page.clone(), "Saved. Members see it from now on.");
    Ok(forms::finish("reward", &page, &form.typed(), outcome, done)?)
}

/// Shows a reward to members.
#[server]
pub async fn publish_reward(reward_id: RewardId, version: i32) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rewards::catalogue,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/rewards/{reward_id}");
    let outcome = catalogue::publish(&ctx, &staff, reward_id, version).await;
    let done = |()| forms::Landing::saying(page.clone(), "It is live: members can have it now.");
    Ok(forms::finish("publish", &page, &[], outcome, done)?)
}

/// Takes a reward out of the catalogue.
#[server]
pub async fn withdraw_reward(reward_id: RewardId, version: i32, reason: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rewards::catalogue,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/rewards/{reward_id}");
    let ask = format!("{page}/withdraw");
    let outcome = catalogue::withdraw(&ctx, &staff, reward_id, version, &reason).await;
    let done = |()| forms::Landing::saying(page, "Withdrawn. Vouchers already issued stay good.");
    Ok(forms::finish("withdraw", &ask, &[("reason", &reason)], outcome, done)?)
}

/// Adds units, or takes them away.
#[server]
pub async fn restock_reward(reward_id: RewardId, version: i32, units: String) -> Result<(), Failure> {
    use crate::domain::catalogue::whole_number;
    use crate::server::{
        http::{self, forms},
        identity,
        rewards::catalogue,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/rewards/{reward_id}");
    let outcome =
        catalogue::restock(&ctx, &staff, reward_id, version, whole_number(&units).unwrap_or(0)).await;
    let done = |()| forms::Landing::saying(page.clone(), "The stock is changed.");
    Ok(forms::finish("stock", &page, &[("units", &units)], outcome, done)?)
}

/// Lets a reward be had without limit.
#[server]
pub async fn unlimit_reward(reward_id: RewardId, version: i32) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        rewards::catalogue,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/rewards/{reward_id}");
    let outcome = catalogue::unlimit(&ctx, &staff, reward_id, version).await;
    let done = |()| forms::Landing::saying(page.clone(), "There is no limit on its stock any more.");
    Ok(forms::finish("stock", &page, &[], outcome, done)?)
}

//! The catalogue.

use axum::{Json, extract::State};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Answers, Api,
    caller::{Caller, RewardsRead},
    members::named,
    problem::Problem,
    reading::{Asked, bad_cursor, limit},
    values::cut,
};
use crate::{
    domain::{
        ids::RewardId,
        reward::{
            WhyNot,
            opening::{Opening, instant},
        },
        tier::Tier,
    },
    server::{
        error::Error,
        ledger,
        members::lookup,
        program,
        rewards::{
            self,
            offers::{self, Offer},
        },
        rules, tiers,
    },
};

/// For whom, and which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForWhom {
    /// Says of each reward whether this member can have it now, and if not, why.
    member_id: Option<String>,
    /// How many items, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A reward of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct RewardAnswer {
    pub id: String,
    pub name: String,
    pub description: String,
    /// drink, food, thing, event or good.
    pub category: String,
    /// In points.
    pub price: i64,
    /// How often one member can have it; `null`: as often as they like.
    pub limit_per_member: Option<i32>,
    /// The name of the lowest tier that may have it; `null`: every member.
    pub minimum_tier: Option<String>,
    /// When it opens to every member; `null`: it is open.
    #[schema(format = DateTime)]
    pub public_from: Option<String>,
    /// The tiers that can have it before it opens to all, and from when; the highest first.
    pub early_access: Vec<EarlyAccess>,
    /// How many are left; `null`: no limit.
    pub remaining: Option<i64>,
    /// With `member_id`: whether this member can have it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<bool>,
    /// Why not: `out_of_stock`, `insufficient_points`, `limit_reached`, `not_eligible` or
    /// `not_yet`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points_missing: Option<i64>,
}

/// Members of a tier can have a reward before it opens to all.
#[derive(Debug, Serialize, ToSchema)]
pub struct EarlyAccess {
    #[schema(example = "Gold")]
    pub tier: String,
    #[schema(format = DateTime)]
    pub from: String,
}

/// A page of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct RewardsAnswer {
    pub items: Vec<RewardAnswer>,
    pub next_cursor: Option<String>,
}

/// Read the catalogue
///
/// The cheapest first. With `member_id` each reward says whether this member can have it now.
#[utoipa::path(get, path = "/rewards", tag = "Rewards", operation_id = "list_rewards", params(ForWhom),
    responses((status = 200, description = "A page of the catalogue", body = RewardsAnswer),
        (status = 422, description = "`member_not_found`, or `invalid` parameters", body = Problem,
            content_type = "application/problem+json"), Answers))]
pub async fn list(
    State(api): State<Api>,
    _: Caller<RewardsRead>,
    Asked(asked): Asked<ForWhom>,
) -> Result<Json<RewardsAnswer>, Problem> {
    let limit = limit(asked.limit, 100)?;
    let after =
        asked.cursor.map(|cursor| cursor.parse::<RewardId>()).transpose().map_err(|_| bad_cursor())?;
    let opens = Opens::read(&api).await?;
    let mut items: Vec<RewardAnswer> = match asked.member_id {
        None => offers::live(&api.ctx).await?.into_iter().map(|reward| answer(reward, &opens)).collect(),
        Some(member) => {
            offered(&api, &member).await?.into_iter().map(|offered| offer(offered, &opens)).collect()
        }
    };
    if let Some(after) = after.map(|id| id.to_string()) {
        let place = items.iter().position(|reward| reward.id == after).ok_or_else(bad_cursor)?;
        items.drain(..=place);
    }
    let next_cursor = cut(&mut items, limit, |reward| reward.id.clone());
    Ok(Json(RewardsAnswer { items, next_cursor }))
}

/// What tells when rewards open.
struct Opens {
    ladder: Vec<Tier>,
    zone: TimeZone,
    now: Timestamp,
}

impl Opens {
    async fn read(api: &Api) -> Result<Self, Error> {
        let mut conn = api.ctx.pool.acquire().await?;
        let zone = program::current(&mut conn).await?.zone();
        Ok(Self { ladder: rules::tiers(&mut conn).await?, zone, now: api.ctx.clock.now() })
    }

    /// While it is not open to all.
    fn of(&self, reward: &rewards::Reward) -> Option<Opening> {
        let to_all = reward.public_from.filter(|from| self.now < instant(*from, &self.zone))?;
        Some(Opening::of(to_all, &self.ladder))
    }

    fn at(&self, local: DateTime) -> String {
        instant(local, &self.zone).to_string()
    }
}

async fn offered(api: &Api, member: &str) -> Result<Vec<Offer>, Problem> {
    let unknown = || Problem::from(super::values::unknown_member());
    let member = named(member).map_err(|_| unknown())?;
    let mut conn = api.ctx.pool.acquire().await.map_err(Error::from)?;
    if lookup::sheet(&mut conn, member).await?.is_none() {
        return Err(unknown());
    }
    let available = ledger::balances(&api.ctx, member).await?.available;
    let zone = program::current(&mut conn).await?.zone();
    let now = api.ctx.clock.now();
    let standing = tiers::standing(&mut conn, member, now, &zone).await?;
    Ok(offers::offers(&mut conn, member, available, &standing, (now, &zone)).await?)
}

fn offer(offer: Offer, opens: &Opens) -> RewardAnswer {
    let (reason, points_missing) = match &offer.why_not {
        None => (None, None),
        Some(WhyNot::Inactive) => (Some("reward_inactive"), None),
        Some(WhyNot::TierTooLow { .. }) => (Some("not_eligible"), None),
        Some(WhyNot::NotYet { .. }) => (Some("not_yet"), None),
        Some(WhyNot::LimitReached { .. }) => (Some("limit_reached"), None),
        Some(WhyNot::OutOfStock) => (Some("out_of_stock"), None),
        Some(WhyNot::PointsMissing { points }) => (Some("insufficient_points"), Some(*points)),
    };
    let available = Some(offer.why_not.is_none());
    RewardAnswer { available, reason, points_missing, ..answer(offer.reward, opens) }
}

fn answer(reward: rewards::Reward, opens: &Opens) -> RewardAnswer {
    let opening = opens.of(&reward);
    let early = opening.iter().flat_map(|opening| &opening.early);
    let early = early.map(|one| EarlyAccess { tier: one.tier.clone(), from: opens.at(one.from) });
    RewardAnswer {
        early_access: early.collect(),
        public_from: opening.as_ref().map(|opening| opens.at(opening.to_all)),
        id: reward.reward_id.to_string(),
        name: reward.name,
        description: reward.description,
        category: reward.category,
        price: reward.price,
        limit_per_member: reward.limit_per_member,
        minimum_tier: reward.minimum_tier_name,
        remaining: reward.remaining,
        available: None,
        reason: None,
        points_missing: None,
    }
}

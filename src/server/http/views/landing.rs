//! The landing page.

use super::Here;
use crate::{
    rpc::landing::{LandingView, Shown, ShownBadge, ShownTier},
    server::{badges, context::Context, error::Result, rewards::offers, rules},
};

pub async fn show(ctx: &Context) -> Result<LandingView> {
    let here = Here::of(ctx).await?;
    let rewards = offers::live(ctx).await?.into_iter();
    let badges = badges::live(ctx).await?.into_iter();
    let rules = rules::rulebook(&mut *ctx.pool.acquire().await?).await?;
    let rate = rules.points_per_unit(here.now);
    let (policy, currency) = (rules.tier_policy, here.currency());
    Ok(LandingView {
        points_per_unit: (rate > 0).then_some(rate),
        currency: here.currency(),
        program: here.program.name,
        tagline: here.program.tagline,
        welcome_points: here.program.welcome_points,
        rewards: rewards
            .map(|reward| Shown { name: reward.name, picture: reward.picture, price: reward.price })
            .collect(),
        badges: badges
            .map(|badge| ShownBadge {
                name: badge.name,
                glyph: badge.glyph,
                levels: badge.rule.levels.iter().map(|step| step.level).collect(),
            })
            .collect(),
        tiers: rules
            .tiers
            .into_iter()
            .map(|tier| ShownTier {
                takes: (tier.threshold > 0).then(|| policy.enough(&tier, &currency)),
                benefits: tier.gives(),
                name: tier.name,
                rank: tier.rank,
            })
            .collect(),
    })
}

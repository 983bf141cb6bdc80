//! The page of badges.

use std::collections::HashMap;

use super::Here;
use crate::{
    domain::badge::Level,
    rpc::badges::{BadgeView, BadgesView, Earned},
    server::{
        badges::{self, BadgeStanding},
        context::Context,
        error::Result,
        identity::Member,
    },
};

pub async fn show(ctx: &Context, member: &Member) -> Result<BadgesView> {
    let here = Here::of(ctx).await?;
    let (members, holders) = badges::rarity(ctx).await?;
    let shelf = badges::shelf(&mut *ctx.pool.acquire().await?, member.member_id, here.today).await?;
    let views = shelf.badges.iter().map(|standing| view(&here, standing, &holders));
    Ok(BadgesView { badges: views.collect(), members, currency: here.currency(), today: here.today })
}

pub(super) fn view(
    here: &Here,
    standing: &BadgeStanding,
    holders: &HashMap<(String, Level), i64>,
) -> BadgeView {
    let badge = &standing.badge;
    BadgeView {
        badge: badge.badge.clone(),
        name: badge.name.clone(),
        description: badge.description.clone(),
        glyph: badge.glyph.clone(),
        measure: badge.rule.measure,
        filter: badge.rule.r#where.clone(),
        progress: standing.progress,
        best: standing.best.map(|(level, at)| Earned {
            level,
            on: here.day(at),
            holders: holders.get(&(badge.badge.clone(), level)).copied(),
        }),
        next: standing.next,
        levels: badge.rule.levels.iter().map(|step| step.level).collect(),
    }
}

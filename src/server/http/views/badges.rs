//! The page of badges.

use super::Here;
use crate::{
    domain::badge::Visibility,
    rpc::badges::{BadgeView, BadgesView, Earned},
    server::{
        badges::{self, BadgeStanding, Rarity},
        context::Context,
        error::Result,
        identity::Member,
    },
};

pub async fn show(ctx: &Context, member: &Member) -> Result<BadgesView> {
    let here = Here::of(ctx).await?;
    let rarity = badges::rarity(ctx).await?;
    let shelf =
        badges::shelf(&mut *ctx.pool.acquire().await?, member.member_id, (here.now, &here.zone)).await?;
    let hidden = |standing: &&BadgeStanding| {
        let visibility = standing.badge.rule.visibility;
        visibility == Visibility::Hidden && standing.is_open && standing.best.is_none()
    };
    let hidden = shelf.badges.iter().filter(hidden).count();
    let views = shelf.badges.iter().filter(|standing| is_seen(standing));
    let badges = views.map(|standing| view(&here, standing, &rarity)).collect();
    Ok(BadgesView { badges, hidden, currency: here.currency(), today: here.today })
}

/// Whether a member sees a badge: what is for others, hidden or secret, only when they have it.
pub(super) fn is_seen(standing: &BadgeStanding) -> bool {
    standing.best.is_some() || standing.is_open && standing.badge.rule.visibility.is_public()
}

pub(super) fn view(here: &Here, standing: &BadgeStanding, rarity: &Rarity) -> BadgeView {
    let badge = &standing.badge;
    let holders = |level| rarity.of(&badge.badge, level).map(|share| (share.holders, share.members));
    BadgeView {
        badge: badge.badge.clone(),
        name: badge.name.clone(),
        description: badge.description.clone(),
        glyph: badge.glyph.clone(),
        metric: badge.rule.metric.clone(),
        progress: standing.progress,
        best: standing.best.map(|(level, at)| Earned { level, on: here.day(at), holders: holders(level) }),
        next: standing.next,
        levels: badge.rule.levels.iter().map(|step| step.level).collect(),
        times: standing.times,
        repeats: badge.rule.repeat.is_some(),
    }
}

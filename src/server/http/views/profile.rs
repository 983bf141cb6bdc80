//! The page "Me".

use super::Here;
use crate::{
    rpc::profile::ProfileView,
    server::{
        context::Context, error::Result, http::forms, identity::Member, members::profile, streaks, tiers,
    },
};

pub async fn show(ctx: &Context, member: &Member) -> Result<ProfileView> {
    let here = Here::of(ctx).await?;
    let profile = profile::show(ctx, member).await?;
    let (zone, mut zones) = (streaks::chosen_zone(ctx, member).await?, streaks::all_zones(ctx).await?);
    let zone = zone.unwrap_or_else(|| here.program.time_zone.clone());
    if !zones.contains(&zone) {
        zones.insert(0, zone.clone());
    }
    let mut conn = ctx.pool.acquire().await?;
    let standing = tiers::standing(&mut conn, member.member_id, here.now, &here.zone).await?;
    Ok(ProfileView {
        joined_on: here.day(profile.joined_at),
        program: here.program.name,
        display_name: profile.display_name,
        pseudonym: profile.pseudonym,
        presence: profile.presence,
        named_on_boards: profile.named_on_boards,
        card: profile.card.digits().to_owned(),
        tier: standing.tier.name,
        birth_date: profile.birth_date,
        email: profile.email,
        zone,
        zones,
        flash: forms::take_flash(),
        today: here.today,
    })
}

//! The pages that ask before a membership ends.

use super::Here;
use crate::{
    domain::{erasure::Reason, ids::MemberId},
    rpc::leaving::{ErasePage, LeavePage},
    server::{
        context::Context,
        error::Result,
        http::forms,
        identity::{Member, Staff},
        members::{directory, erasing, profile},
        tiers, wallets,
    },
};

pub async fn ask(ctx: &Context, member: &Member) -> Result<LeavePage> {
    let here = Here::of(ctx).await?;
    let points = points(ctx, member.member_id).await?;
    let email = profile::show(ctx, member).await?.email;
    let mut conn = ctx.pool.acquire().await?;
    let stake = erasing::at_stake(&mut conn, member.member_id, here.now).await?;
    let standing = tiers::standing(&mut conn, member.member_id, here.now, &here.zone).await?;
    Ok(LeavePage {
        flash: forms::take_flash(),
        program: here.program.name,
        points,
        tier: standing.tier.name,
        badges: stake.badges,
        vouchers: stake.vouchers,
        email,
    })
}

pub async fn ask_staff(ctx: &Context, by: &Staff, member: MemberId) -> Result<ErasePage> {
    let here = Here::of(ctx).await?;
    let found = directory::find(ctx, by, member).await?;
    let points = points(ctx, member).await?;
    let mut conn = ctx.pool.acquire().await?;
    let stake = erasing::at_stake(&mut conn, member, here.now).await?;
    let reasons = Reason::ALL.map(|reason| (reason.as_str().to_owned(), reason.words().to_owned()));
    Ok(ErasePage {
        flash: forms::take_flash(),
        member_id: member,
        display_name: found.display_name,
        email: found.email,
        points,
        vouchers: stake.vouchers,
        erased_on: found.erased_at.map(|at| here.day(at)),
        reasons: reasons.into(),
        today: here.today,
    })
}

/// What is in the wallets of a member, in words.
async fn points(ctx: &Context, member: MemberId) -> Result<Vec<String>> {
    let held = wallets::of_member(ctx, member).await?;
    let some = held.into_iter().filter_map(|held| {
        let has = held.balances.available + held.balances.held + held.balances.pending;
        (has > 0).then(|| held.kind.counted(has))
    });
    Ok(some.collect())
}

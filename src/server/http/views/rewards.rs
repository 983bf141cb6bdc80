//! The catalogue and the vouchers.

use super::Here;
use crate::{
    rpc::rewards::{RewardView, RewardsView, VoucherState, VoucherView},
    server::{
        context::{Context, new_id},
        error::Result,
        http::forms,
        identity::{Member, addresses},
        ledger,
        rewards::{
            Redemption,
            offers::{self, Offer},
        },
        tiers::{self, TierStanding},
    },
};

/// How many vouchers are shown, used ones among them.
const VOUCHERS: i64 = 60;

pub async fn show(ctx: &Context, member: &Member) -> Result<RewardsView> {
    let here = Here::of(ctx).await?;
    let balances = ledger::balances(ctx, member.member_id).await?;
    let mut conn = ctx.pool.acquire().await?;
    let standing = tiers::standing(&mut conn, member.member_id, here.now, &here.zone).await?;
    let offers =
        offers::offers(&mut conn, member.member_id, balances.available, &standing, (here.now, &here.zone))
            .await?;
    let vouchers = offers::vouchers(&mut conn, member.member_id, VOUCHERS).await?;
    let to_confirm = addresses::to_confirm(&mut conn, member).await?;
    Ok(RewardsView {
        to_confirm,
        available: balances.available,
        rewards: offers.into_iter().map(|offer| reward(&here, offer, &standing)).collect(),
        vouchers: vouchers.into_iter().map(|redemption| voucher(&here, redemption)).collect(),
        flash: forms::take_flash(),
        today: here.today,
    })
}

fn reward(here: &Here, Offer { reward, why_not, opening }: Offer, standing: &TierStanding) -> RewardView {
    let tier = standing.ladder.iter().find(|tier| Some(&tier.tier) == reward.minimum_tier.as_ref());
    let missing = tier.map_or(0, |tier| (tier.threshold - standing.qualifying).max(0));
    RewardView {
        tier_missing: standing.policy.amount(missing, &here.currency()),
        stock: reward.remaining.zip(reward.capacity),
        reward_id: reward.reward_id,
        name: reward.name,
        description: reward.description,
        category: reward.category,
        picture: reward.picture,
        price: reward.price,
        opening: opening.map(|opening| opening.words()),
        why_not,
        request_id: new_id(),
    }
}

pub(super) fn voucher(here: &Here, redemption: Redemption) -> VoucherView {
    let state = match (redemption.used_at, redemption.cancelled_at) {
        (Some(used), _) => VoucherState::Used { on: here.day(used) },
        (None, Some(cancelled)) => VoucherState::Cancelled {
            on: here.day(cancelled),
            reason: redemption.cancel_reason.unwrap_or_default(),
        },
        (None, None) if redemption.expires_at <= here.now => VoucherState::Expired,
        (None, None) => VoucherState::Ready,
    };
    VoucherView {
        reward_name: redemption.reward_name,
        code: redemption.code,
        price: redemption.price,
        issued_on: here.day(redemption.issued_at),
        expires_on: here.day(redemption.expires_at),
        state,
    }
}

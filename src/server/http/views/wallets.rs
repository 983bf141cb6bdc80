//! Wallets in words.

use super::Here;
use crate::{
    domain::{ids::MemberId, ledger::Balances, wallet::POINTS},
    rpc::wallets::{AdjustmentView, AdjustmentsPage, FreezeView, WalletView},
    server::{
        context::Context,
        error::Result,
        http::forms,
        identity::Staff,
        points::{self, requests},
        wallets::{self, Held},
    },
};

/// Every wallet of a member, points first.
pub(super) async fn of_member(ctx: &Context, here: &Here, member: MemberId) -> Result<Vec<WalletView>> {
    Ok(wallets::of_member(ctx, member).await?.into_iter().map(|held| view(here, held)).collect())
}

/// The wallets besides points in which a member has anything.
pub(super) async fn further(ctx: &Context, here: &Here, member: MemberId) -> Result<Vec<WalletView>> {
    let held = wallets::of_member(ctx, member).await?.into_iter();
    let held = held.filter(|held| held.kind.wallet != POINTS && held.balances != Balances::default());
    Ok(held.map(|held| view(here, held)).collect())
}

fn view(here: &Here, held: Held) -> WalletView {
    let Held { kind, balances, frozen } = held;
    let also = [("on the way", balances.pending), ("held", balances.held), ("owed", balances.debt)];
    let also = also.into_iter().filter(|(_, number)| *number > 0);
    WalletView {
        has: kind.counted(balances.available),
        also: also.map(|(words, number)| format!("{} {words}", kind.counted(number))).collect(),
        lasts: kind.expiry.words(),
        frozen: frozen.map(|freeze| FreezeView {
            since: here.day(freeze.frozen_at),
            by: freeze.frozen_by,
            reason: freeze.reason,
        }),
        wallet: kind.wallet,
        name: kind.name,
    }
}

pub async fn adjustments(ctx: &Context, by: &Staff) -> Result<AdjustmentsPage> {
    let here = Here::of(ctx).await?;
    let kinds = wallets::kinds(&mut *ctx.pool.acquire().await?).await?;
    let waiting = requests::waiting(ctx, by).await?.into_iter().map(|request| {
        let kind = kinds.iter().find(|kind| kind.wallet == request.wallet);
        let counted = kind.map_or_else(|| request.points.to_string(), |kind| kind.counted(request.points));
        AdjustmentView {
            request_id: request.request_id,
            member_id: request.member_id,
            member_name: request.member_name,
            points: if request.points > 0 { format!("+{counted}") } else { counted },
            reason: request.reason,
            is_mine: request.requested_by == by.account_id,
            asked_by: request.requested_by_name,
            asked_on: here.day(request.requested_at),
        }
    });
    let (waiting, limit) = (waiting.collect(), points::limit(ctx, by).await?);
    let own_limit = (limit.own < limit.points).then_some(limit.own);
    Ok(AdjustmentsPage {
        flash: forms::take_flash(),
        waiting,
        limit: limit.points,
        own_limit,
        today: here.today,
    })
}

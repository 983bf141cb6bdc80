//! What a member has in each wallet, freezing one, and adjustments that wait for a second person.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, forms::Flash};
use crate::domain::{
    ids::MemberId,
    wallet::{Rate, WalletKind},
};

/// One wallet of a member, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletView {
    pub wallet: String,
    pub name: String,
    /// What can be spent: "1,200 stars".
    pub has: String,
    /// What is held, on the way or owed.
    pub also: Vec<String>,
    /// How long its points last.
    pub lasts: String,
    pub frozen: Option<FreezeView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezeView {
    pub since: Date,
    pub by: String,
    pub reason: String,
}

/// An adjustment that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentView {
    pub request_id: Uuid,
    pub member_id: MemberId,
    pub member_name: String,
    /// "+12,000 points".
    pub points: String,
    pub reason: String,
    pub asked_by: String,
    pub asked_on: Date,
    /// Whoever asked can't decide.
    pub is_mine: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AdjustmentsPage {
    pub flash: Flash,
    pub waiting: Vec<AdjustmentView>,
    /// More points than this need a second person.
    pub limit: i64,
    /// The same for whoever asks, where it is less: they raised the limit themselves.
    pub own_limit: Option<i64>,
    pub today: Date,
}

#[server]
pub async fn load_adjustments() -> Result<AdjustmentsPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::wallets::adjustments(&ctx, &staff).await?)
}

/// Sets from how many points on an adjustment needs a second person.
#[server]
pub async fn set_adjustment_limit(limit: String) -> Result<(), Failure> {
    use crate::domain::catalogue::whole_number;
    use crate::server::{
        http::{self, forms},
        identity, points,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = "/staff/adjustments";
    let outcome = points::set_limit(&ctx, &staff, whole_number(&limit).unwrap_or(-1)).await;
    Ok(forms::finish("limit", page, &[("limit", &limit)], outcome, |()| {
        let told = "Saved. What waits already still needs a second person; and more than before needs one \
                    from you, until somebody else sets the limit too.";
        forms::Landing::saying(page, told)
    })?)
}

/// Books an adjustment that somebody else asked for.
#[server]
pub async fn approve_adjustment(member_id: MemberId, request_id: Uuid) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        points::requests,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = "/staff/adjustments";
    let outcome = requests::approve(&ctx, &staff, member_id, request_id).await;
    Ok(forms::finish("adjustments", page, &[], outcome, |_| {
        forms::Landing::saying(page, "Approved. It is in the books, and the member sees it.")
    })?)
}

/// Turns down an adjustment that somebody else asked for.
#[server]
pub async fn decline_adjustment(member_id: MemberId, request_id: Uuid) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        points::requests,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = "/staff/adjustments";
    let outcome = requests::decline(&ctx, &staff, member_id, request_id).await;
    Ok(forms::finish("adjustments", page, &[], outcome, |()| {
        forms::Landing::saying(page, "Declined. No points were moved.")
    })?)
}

/// Stops all spending from a wallet.
#[server]
pub async fn freeze_wallet(
    member_id: MemberId,
    wallet: String,
    freeze_reason: String,
) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, wallets,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/members/{member_id}");
    let outcome = wallets::freeze(&ctx, &staff, member_id, &wallet, &freeze_reason).await;
    let typed = [("freeze_reason", freeze_reason.as_str())];
    Ok(forms::finish("freeze", &page, &typed, outcome, |()| {
        forms::Landing::saying(page.clone(), "Frozen. Nothing can be spent from it; earning goes on.")
    })?)
}

/// Lets a member spend from a wallet again.
#[server]
pub async fn thaw_wallet(member_id: MemberId, wallet: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, wallets,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/members/{member_id}");
    let outcome = wallets::thaw(&ctx, &staff, member_id, &wallet).await;
    Ok(forms::finish("freeze", &page, &[], outcome, |()| {
        forms::Landing::saying(page.clone(), "It can be spent from again.")
    })?)
}

/// The kinds of wallets, and the one that is being changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalletKindsPage {
    pub flash: Flash,
    pub kinds: Vec<WalletKind>,
    /// From which wallet to which, and how many become how many.
    pub rates: Vec<(String, String, Rate)>,
    pub chosen: Option<WalletKind>,
}

#[server]
pub async fn load_wallet_kinds(chosen: Option<String>) -> Result<WalletKindsPage, Failure> {
    use crate::server::{
        http::{self, forms},
        identity, wallets,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let kinds = wallets::list(&ctx, &staff).await?;
    let chosen = kinds.iter().find(|kind| Some(&kind.wallet) == chosen.as_ref()).cloned();
    let rates = wallets::rates(&ctx, &staff).await?;
    Ok(WalletKindsPage { flash: forms::take_flash(), kinds, rates, chosen })
}

/// Declares at what rate points may move from one kind of wallet to another.
#[server]
pub async fn declare_wallet_rate(
    from: String,
    to: String,
    from_points: String,
    to_points: String,
) -> Result<(), Failure> {
    use crate::domain::catalogue::whole_number;
    use crate::server::{
        http::{self, forms},
        identity, wallets,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let number = |text: &str| whole_number(text).unwrap_or(0);
    let rate = Rate { from: number(&from_points), to: number(&to_points) };
    let outcome = wallets::declare_rate(&ctx, &staff, &from, &to, rate).await;
    let typed = [
        ("from", from.as_str()),
        ("to", to.as_str()),
        ("from_points", from_points.as_str()),
        ("to_points", to_points.as_str()),
    ];
    let page = "/staff/wallets";
    Ok(forms::finish("rate", page, &typed, outcome, |()| {
        forms::Landing::saying(page, "Saved. Moves from now on go by it.")
    })?)
}

/// Makes a kind of wallet, or changes one.
#[server]
pub async fn save_wallet_kind(
    wallet: String,
    name: String,
    unit_one: String,
    unit_many: String,
    spendable: Option<String>,
    expiry: String,
    expiry_span: String,
) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, wallets,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let typed = [
        ("wallet", wallet.as_str()),
        ("name", &name),
        ("unit_one", &unit_one),
        ("unit_many", &unit_many),
        ("expiry", &expiry),
        ("expiry_span", &expiry_span),
    ];
    let form = wallets::KindForm {
        wallet: &wallet,
        name: &name,
        unit_one: &unit_one,
        unit_many: &unit_many,
        spendable: spendable.is_some(),
        expiry: &expiry,
        expiry_span: &expiry_span,
    };
    let outcome = wallets::define_typed(&ctx, &staff, &form).await;
    Ok(forms::finish("kind", "/staff/wallets", &typed, outcome, |()| {
        forms::Landing::saying("/staff/wallets", "Saved. Points that members have already keep their time.")
    })?)
}

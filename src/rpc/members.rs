//! The members as staff see them, and what staff do to one.

use jiff::civil::{Date, DateTime};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Failure,
    activity::ActivityLine,
    badges::{BadgeView, Currency},
    forms::Flash,
    rewards::VoucherView,
    wallets::WalletView,
};
use crate::domain::{
    ids::{MemberId, RedemptionId},
    ledger::Balances,
};

/// A member as staff know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    pub member_id: MemberId,
    pub display_name: String,
    pub pseudonym: String,
    pub listed: bool,
    pub joined_on: Date,
    pub card_no: Option<String>,
    pub email: Option<String>,
    pub external_id: Option<String>,
    pub available: i64,
    pub earned: i64,
    pub birth_date: Option<Date>,
    /// When nothing was left of them but a number.
    pub erased_on: Option<Date>,
}

/// A page of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PeoplePage {
    pub flash: Flash,
    pub words: String,
    pub people: Vec<PersonView>,
    /// Where the next page begins.
    pub next: Option<MemberId>,
    pub is_first: bool,
    /// All members of the program.
    pub total: i64,
    pub today: Date,
}

#[server]
pub async fn load_people(words: String, after: Option<MemberId>) -> Result<PeoplePage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::people::list(&ctx, &staff, words, after).await?)
}

/// A redemption with its name, so that it can be cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedemptionView {
    pub redemption_id: RedemptionId,
    pub voucher: VoucherView,
}

/// A change of tier, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierMove {
    pub on: Date,
    pub from: String,
    pub to: String,
    pub reason: String,
}

/// One member with everything.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberPage {
    pub flash: Flash,
    pub person: PersonView,
    pub balances: Balances,
    /// Every wallet of the member, points first; and all kinds that there are, with their names.
    pub wallets: Vec<WalletView>,
    pub kinds: Vec<(String, String)>,
    /// The segments that the member is in.
    pub tags: Vec<String>,
    /// How the member moved between tiers, the newest first.
    pub tier_moves: Vec<TierMove>,
    pub tier: String,
    pub tier_rank: i16,
    /// What counts for tiers, in words: "900 points earned in 12 months".
    pub qualifying: String,
    pub lines: Vec<ActivityLine>,
    /// More happened than the page shows.
    pub is_cut: bool,
    pub badges: Vec<BadgeView>,
    pub redemptions: Vec<RedemptionView>,
    pub currency: Currency,
    pub today: Date,
    pub now: DateTime,
    /// Names the adjustment, so that sending the form twice adjusts once.
    pub request_id: Uuid,
}

#[server]
pub async fn load_member(member_id: MemberId) -> Result<MemberPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::people::show(&ctx, &staff, member_id).await?)
}

/// Gives or takes points by hand.
#[server]
pub async fn adjust_points(
    member_id: MemberId,
    wallet: String,
    points: String,
    reason: String,
    request_id: Uuid,
) -> Result<(), Failure> {
    use crate::domain::{catalogue::whole_number, points::grouped};
    use crate::server::{
        http::{self, forms},
        identity, points as by_hand,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/members/{member_id}");
    let typed = [("wallet", wallet.as_str()), ("points", points.as_str()), ("reason", reason.as_str())];
    let wanted = whole_number(&points).unwrap_or(0);
    let adjustment =
        by_hand::Adjustment { member: member_id, wallet: &wallet, points: wanted, reason: &reason };
    let outcome = by_hand::adjust_in(&ctx, &staff, adjustment, &request_id.to_string()).await;
    Ok(forms::finish("adjust", &page, &typed, outcome, |adjusted| {
        let notice = match adjusted {
            by_hand::Adjusted::Done(balances) => {
                format!("Done. The member can spend {} now.", grouped(balances.available))
            }
            by_hand::Adjusted::Waiting => "So many need a second person: somebody else has to approve it, \
                                           on the page of adjustments."
                .to_owned(),
        };
        forms::Landing::saying(page.clone(), notice)
    })?)
}

/// Corrects a member's birthday, or forgets it.
#[server]
pub async fn correct_birthday(
    member_id: MemberId,
    birth_date: String,
    birthday_reason: String,
) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        members::birthday,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/members/{member_id}");
    let typed = [("birth_date", birth_date.as_str()), ("birthday_reason", birthday_reason.as_str())];
    let outcome = birthday::correct(&ctx, &staff, member_id, &birth_date, &birthday_reason).await;
    let done = |()| forms::Landing::saying(page.clone(), "The birthday is corrected.");
    Ok(forms::finish("birthday", &page, &typed, outcome, done)?)
}

/// Cancels a redemption that was not used.
#[server]
pub async fn cancel_redemption(
    member_id: MemberId,
    redemption_id: RedemptionId,
    reason: String,
) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, rewards,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/members/{member_id}");
    let ask = format!("{page}/redemptions/{redemption_id}/cancel");
    let outcome = rewards::cancel(&ctx, &staff, member_id, redemption_id, &reason).await;
    Ok(forms::finish("cancel", &ask, &[("reason", &reason)], outcome, |redemption| {
        let notice = format!("{} is cancelled, and its points are back.", redemption.reward_name);
        forms::Landing::saying(page, notice)
    })?)
}

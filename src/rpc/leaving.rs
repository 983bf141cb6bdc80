//! The end of a membership: the member leaves, or staff erase them. Both ask first.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, forms::Flash};
use crate::domain::ids::MemberId;

/// What leaving would take, for the page that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavePage {
    pub flash: Flash,
    pub program: String,
    /// Points of every wallet that has some, in words: "320 points".
    pub points: Vec<String>,
    pub tier: String,
    pub badges: i64,
    /// Vouchers that can still be used.
    pub vouchers: i64,
    pub email: Option<String>,
}

/// What the member who asks would lose.
#[server]
pub async fn load_leave() -> Result<LeavePage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::leaving::ask(&ctx, &member).await?)
}

/// Ends the membership of whoever shows their password, and signs them out.
#[server]
pub async fn leave_program(password: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, client, forms},
        identity,
        members::erasing,
    };
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let left = match erasing::leave(&ctx, &client::address(), &member, &password).await {
        Ok(()) => identity::end_session().await,
        Err(error) => Err(error),
    };
    let said = "You have left. You are signed out, and what was stored about you is erased.";
    Ok(forms::finish("leave", "/me/leave", &[], left, |()| forms::Landing::saying("/sign-in", said))?)
}

/// Whom staff would erase, for the page that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasePage {
    pub flash: Flash,
    pub member_id: MemberId,
    pub display_name: String,
    pub email: Option<String>,
    pub points: Vec<String>,
    pub vouchers: i64,
    /// When it was done already.
    pub erased_on: Option<Date>,
    /// Reasons to choose from, with their words.
    pub reasons: Vec<(String, String)>,
    pub today: Date,
}

#[server]
pub async fn load_erase(member_id: MemberId) -> Result<ErasePage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::leaving::ask_staff(&ctx, &staff, member_id).await?)
}

/// Erases a member; a second time changes nothing.
#[server]
pub async fn erase_member(member_id: MemberId, reason: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity,
        members::erasing,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/members/{member_id}");
    let erased = erasing::erase(&ctx, &staff, member_id, &reason).await;
    let done = |()| forms::Landing::saying(page.clone(), "The member is erased. What is left is a number.");
    Ok(forms::finish("erase", &format!("{page}/erase"), &[("reason", &reason)], erased, done)?)
}

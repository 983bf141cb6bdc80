//! Vouchers at the till, as staff look them up and take them.

use jiff::civil::{Date, DateTime};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, forms::Flash, rewards::VoucherView};
use crate::domain::ids::MemberId;

/// A voucher, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillView {
    pub voucher: VoucherView,
    pub picture: String,
    pub member_id: MemberId,
    pub member_name: String,
    /// When it was used, local to the program.
    pub used_at: Option<DateTime>,
}

/// What the code that was typed leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TillPage {
    pub flash: Flash,
    pub code: String,
    pub found: Option<TillView>,
    pub today: Date,
}

#[server]
pub async fn load_till(code: String) -> Result<TillPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::till::show(&ctx, &staff, code).await?)
}

/// Takes a voucher, once.
#[server]
pub async fn take_voucher(code: String) -> Result<(), Failure> {
    use crate::domain::query::query_value;
    use crate::server::{
        http::{self, forms},
        identity,
        rewards::till,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/vouchers?code={}", query_value(&code));
    let outcome = till::take(&ctx, &staff, &code).await;
    Ok(forms::finish("take", &page, &[], outcome, |redemption| {
        forms::Landing::saying(page.clone(), format!("Taken. Hand over: {}.", redemption.reward_name))
    })?)
}

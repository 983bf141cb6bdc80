//! What came and went, and why.

use jiff::civil::{Date, DateTime};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency, home::Due};
use crate::domain::{earning::Explanation, ledger::Kind};

/// One change of the balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityLine {
    pub entry_no: i64,
    pub kind: Kind,
    pub points: i64,
    pub at: DateTime,
    pub reason: Option<String>,
    pub purchase: Option<PurchaseView>,
    /// What else the member did, by its kind.
    pub activity: Option<String>,
    /// How rules came to these points, where rules decided.
    pub explanation: Option<Explanation>,
    /// The day from which the points can be spent, while it is still to come.
    pub spendable_on: Option<Date>,
    pub lasts_until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseView {
    pub store: Option<String>,
    pub things: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityView {
    /// The first day of the month that is shown.
    pub month: Date,
    pub lines: Vec<ActivityLine>,
    /// More happened than a page shows.
    pub is_cut: bool,
    pub earlier: Option<Date>,
    pub later: Option<Date>,
    pub available: i64,
    pub coming: Option<Due>,
    pub expiring: Option<Due>,
    pub currency: Currency,
    pub today: Date,
}

/// The member's activity in a month (a day in it), or in the newest in which something happened.
#[server]
pub async fn load_activity(month: Option<Date>) -> Result<ActivityView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::activity::show(&ctx, &member, month).await?)
}

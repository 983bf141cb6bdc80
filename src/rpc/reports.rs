//! The program in numbers.

use jiff::civil::{Date, DateTime};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::report::Overview;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OverviewPage {
    pub flash: Flash,
    pub overview: Overview,
    pub currency: Currency,
    pub today: Date,
    /// Local to the program.
    pub as_of: DateTime,
}

#[server]
pub async fn load_overview() -> Result<OverviewPage, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(http::views::overview::show(&ctx, &staff).await?)
}

//! A member's badges.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Failure;
pub use crate::domain::words::Currency;

use crate::domain::{
    badge::{Level, LevelThreshold},
    metric::Metric,
};

/// One badge and how far the member has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeView {
    pub badge: String,
    pub name: String,
    pub description: String,
    pub glyph: String,
    /// What is measured; none: how many of some other badges.
    pub metric: Option<Metric>,
    /// In the unit of the thresholds.
    pub progress: i64,
    pub best: Option<Earned>,
    pub next: Option<LevelThreshold>,
    /// The levels that it has, upwards.
    pub levels: Vec<Level>,
    /// How often it was earned at its best level.
    pub times: usize,
    /// Can be had again in the next month, or whatever the period is.
    pub repeats: bool,
}

/// The highest level that was awarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    pub level: Level,
    pub on: Date,
    /// How many members have this level, of how many, where it is known.
    pub holders: Option<(i64, i64)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgesView {
    pub badges: Vec<BadgeView>,
    /// How many there are that members do not see before they have them.
    pub hidden: usize,
    pub currency: Currency,
    pub today: Date,
}

/// All badges of the member who asks.
#[server]
pub async fn load_badges() -> Result<BadgesView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::badges::show(&ctx, &member).await?)
}

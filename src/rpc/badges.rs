//! A member's badges.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Failure;
pub use crate::domain::words::Currency;

use crate::domain::badge::{Level, LevelThreshold, LineFilter, Measure};

/// One badge and how far the member has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeView {
    pub badge: String,
    pub name: String,
    pub description: String,
    pub glyph: String,
    pub measure: Measure,
    pub filter: Option<LineFilter>,
    /// In the unit of the thresholds.
    pub progress: i64,
    pub best: Option<Earned>,
    pub next: Option<LevelThreshold>,
    /// The levels that it has, upwards.
    pub levels: Vec<Level>,
}

/// The highest level that was awarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    pub level: Level,
    pub on: Date,
    /// How many members have this level, where it is known.
    pub holders: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgesView {
    pub badges: Vec<BadgeView>,
    pub members: i64,
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

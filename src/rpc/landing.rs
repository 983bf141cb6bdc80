//! What visitors are shown: the program, what can be had and how.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency};
use crate::domain::badge::Level;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandingView {
    pub program: String,
    pub tagline: String,
    pub welcome_points: i64,
    /// Points per whole unit of the currency, where one rule gives them.
    pub points_per_unit: Option<i64>,
    pub currency: Currency,
    /// The cheapest first.
    pub rewards: Vec<Shown>,
    pub badges: Vec<ShownBadge>,
    pub tiers: Vec<ShownTier>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub name: String,
    pub picture: String,
    pub price: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownBadge {
    pub name: String,
    pub glyph: String,
    /// The levels that it has.
    pub levels: Vec<Level>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownTier {
    pub name: String,
    pub rank: i16,
    /// "800 points in 12 months"; none: everybody begins in it.
    pub takes: Option<String>,
    pub benefits: String,
}

#[server]
pub async fn load_landing() -> Result<LandingView, Failure> {
    let ctx = crate::server::http::context()?;
    Ok(crate::server::http::views::landing::show(&ctx).await?)
}

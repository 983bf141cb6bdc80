//! A member's challenges.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::metric::Metric;

/// One challenge as a member sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeView {
    pub challenge: String,
    pub name: String,
    pub description: String,
    pub glyph: String,
    /// What it gives: "100 points".
    pub reward: String,
    pub steps: Vec<StepView>,
    pub from: Date,
    /// The last day on which something counts.
    pub last_day: Date,
    /// Progress begins on the local day of joining.
    pub from_joining: bool,
    /// How often it can be completed, and how often it was.
    pub rounds: i32,
    pub done: i32,
    /// What was given, the newest first: when, and what in words.
    pub given: Vec<(Date, String)>,
    pub state: Mine,
}

/// How a member stands to a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mine {
    /// There is something to do.
    Active,
    /// In it, and it has not begun.
    Ahead,
    Open,
    /// Completed, or over.
    Past,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    pub title: String,
    pub metric: Metric,
    pub value: i64,
    pub target: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengesView {
    pub flash: Flash,
    pub challenges: Vec<ChallengeView>,
    pub currency: Currency,
    pub today: Date,
}

/// All challenges of the member who asks.
#[server]
pub async fn load_challenges() -> Result<ChallengesView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::challenges::show(&ctx, &member).await?)
}

/// Joins a challenge. Once is enough: again changes nothing.
#[server]
pub async fn join_challenge(challenge: String) -> Result<(), Failure> {
    use crate::server::{
        challenges,
        http::{self, forms},
        identity,
    };
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let outcome = challenges::join(&ctx, &member, &challenge).await;
    Ok(forms::finish("challenges", "/challenges", &[], outcome, |joined| {
        forms::Landing::saying("/challenges", format!("You are in: {}.", joined.name))
    })?)
}

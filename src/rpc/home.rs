//! A member's home page.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Failure,
    activity::ActivityLine,
    badges::{BadgeView, Currency},
    challenges::ChallengeView,
    forms::Flash,
    leaderboards::BoardView,
    moments::MomentView,
    streak::StreakStrip,
    wallets::WalletView,
};
use crate::domain::{leaderboard::Presence, tier::policy::TierPolicy};

/// Points that move on a day: they expire, or can be spent from then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub points: i64,
    pub on: Date,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// The welcome of somebody who has just joined.
    pub flash: Flash,
    pub hero: Hero,
    /// The address that has to be confirmed before points can be spent.
    pub to_confirm: Option<String>,
    /// Further wallets in which the member has something.
    pub wallets: Vec<WalletView>,
    pub tier: TierView,
    pub streak: StreakStrip,
    /// Challenges with something to do, nearest to their end first.
    pub challenges: Vec<ChallengeView>,
    /// The badge that is nearest, and the newest one.
    pub nearest: Option<BadgeView>,
    pub newest: Option<BadgeView>,
    pub board: BoardView,
    pub presence: Presence,
    pub activity: Vec<ActivityLine>,
    /// What the member was not told of yet; it is shown once.
    pub celebration: Vec<MomentView>,
    pub currency: Currency,
    pub today: Date,
}

/// The balance, the reward that is next, and the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hero {
    pub program: String,
    pub member: String,
    pub tier: String,
    pub card: String,
    pub available: i64,
    pub debt: i64,
    pub coming: Option<Due>,
    pub expiring: Option<Due>,
    /// How many rewards can be had now, and whether there are any at all.
    pub ready: i64,
    pub has_rewards: bool,
    pub next: Option<NextReward>,
    pub today: Date,
}

/// The cheapest reward that only points are missing for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextReward {
    pub name: String,
    pub price: i64,
    /// How many more purchases at the member's pace, where there is one.
    pub purchases: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    pub name: String,
    pub rank: i16,
    pub threshold: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierView {
    pub name: String,
    pub rank: i16,
    pub benefits: String,
    /// What counts, by the policy: points, or minor units.
    pub qualifying: i64,
    pub policy: TierPolicy,
    pub ladder: Vec<Rung>,
    pub next: Option<Rung>,
    pub stay: Option<Stay>,
}

/// What keeps the tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    pub threshold: i64,
    pub missing: i64,
    pub by: Date,
}

/// The home page of the member who asks.
#[server]
pub async fn load_home() -> Result<HomeView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::home::show(&ctx, &member).await?)
}

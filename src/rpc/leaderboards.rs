//! The leaderboard as a member sees it, and leaving it.

use jiff::civil::{Date, DateTime};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::domain::ids::MemberId;

/// One row of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRow {
    pub rank: i64,
    pub name: String,
    pub score: i64,
    pub is_me: bool,
}

/// Part of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardView {
    pub rows: Vec<BoardRow>,
    pub total: i64,
    pub as_of: DateTime,
    pub today: Date,
}

/// A page of the board: its top or what follows a row, and where the member stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderboardView {
    pub board: BoardView,
    /// The key of the next page.
    pub next: Option<MemberId>,
    pub around: Vec<BoardRow>,
    pub is_all_time: bool,
    pub is_first_page: bool,
    pub listed: bool,
    /// What others see the member as.
    pub shown_as: String,
}

/// The board of this month, or of all time; from its top, or after a member who was shown before.
#[server]
pub async fn load_leaderboard(all_time: bool, after: Option<MemberId>) -> Result<LeaderboardView, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::leaderboard::show(&ctx, &member, all_time, after).await?)
}

/// Takes the member off the boards.
#[server]
pub async fn leave_leaderboards() -> Result<(), Failure> {
    use crate::server::{http, http::forms, identity, leaderboards};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let left = leaderboards::leave(&ctx, member.member_id).await;
    let done =
        |()| forms::Landing::saying("/me", "You have left the leaderboards. Your points are as before.");
    Ok(forms::finish("boards", "/me", &[], left, done)?)
}

/// Puts the member back on the boards.
#[server]
pub async fn join_leaderboards() -> Result<(), Failure> {
    use crate::server::{http, http::forms, identity, leaderboards};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let joined = leaderboards::come_back(&ctx, member.member_id).await;
    let done = |()| forms::Landing::saying("/me", "You are on the leaderboards again.");
    Ok(forms::finish("boards", "/me", &[], joined, done)?)
}

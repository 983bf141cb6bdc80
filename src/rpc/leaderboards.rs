//! The leaderboards as a member sees them, and leaving them.

pub mod editing;

use jiff::civil::{Date, DateTime};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency};
use crate::domain::leaderboard::{Place, Presence, board::Scope, league::CohortTerms, period::Period};

/// One row of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRow {
    pub rank: i64,
    pub name: String,
    pub score: i64,
    pub is_me: bool,
}

/// What the scores of a board are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    Points,
    Visits,
    Badges,
    /// Of a challenge with one step: how often or how many.
    Done,
    /// Of a challenge with one step that measures money.
    Money(Currency),
    /// Of a challenge with several steps: each is 100 when it is done.
    Progress,
}

/// The challenge that a board is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankedChallenge {
    pub name: String,
    /// What is to be done, step by step.
    pub steps: Vec<String>,
    /// How often it can be done.
    pub rounds: i32,
    pub is_automatic: bool,
}

/// Part of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardView {
    pub rows: Vec<BoardRow>,
    pub total: i64,
    pub as_of: DateTime,
    pub today: Date,
    pub unit: Unit,
}

/// What somebody asks to see; what is left out is chosen for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub board: Option<String>,
    /// `current`, `previous`, 2026-11, 2026-W47, a season, or all.
    pub period: Option<String>,
    /// The store, tier or cohort.
    pub segment: Option<String>,
    /// Where the page before ended.
    pub after: Option<Place>,
}

/// A period that is over, and its first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastView {
    pub period: Period,
    /// Nothing rewrites it any more.
    pub closed: bool,
    /// What the list is called, where it is not the one that is shown: the league of that time.
    pub segment: String,
    pub league: Option<String>,
    pub winners: Vec<WinnerView>,
    /// The member's rank, and of how many.
    pub place: Option<(i64, i64)>,
}

/// One of the first of a period, with what was won, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WinnerView {
    pub rank: i64,
    pub name: String,
    pub score: i64,
    pub won: Option<String>,
    pub is_me: bool,
}

/// A board in one period: its top or what follows a row, and where the member stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderboardView {
    /// The boards there are, by address and name.
    pub boards: Vec<(String, String)>,
    pub chosen: String,
    pub scope: Scope,
    pub challenge: Option<RankedChallenge>,
    /// The running period of each kind that the board has.
    pub running: Vec<Period>,
    /// The one that is shown.
    pub period: Period,
    /// Until when a period that is over takes what comes late; none: it runs, or is closed.
    pub settles_until: Option<DateTime>,
    /// The store, tier or cohort that is shown, and those there are, with what they are called.
    pub segment: String,
    pub segments: Vec<(String, String)>,
    pub cohorts: CohortTerms,
    /// From which rank to which, and what each wins, in words.
    pub prizes: Vec<(i16, i16, String)>,
    pub board: BoardView,
    /// The key of the next page.
    pub next: Option<Place>,
    pub around: Vec<BoardRow>,
    pub is_first_page: bool,
    pub past: Vec<PastView>,
    pub presence: Presence,
    /// What others see the member as.
    pub shown_as: String,
}

/// A board, from its top or after a member who was shown before. None: the program has no board.
#[server]
pub async fn load_leaderboard(asked: Asked) -> Result<Option<LeaderboardView>, Failure> {
    use crate::server::{http, identity};
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    Ok(http::views::leaderboard::show(&ctx, &member, asked).await?)
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

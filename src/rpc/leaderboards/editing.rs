//! Boards and seasons as staff make, change and close them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    domain::leaderboard::{
        form::{BoardForm, CohortForm, CountsForm, PeriodsForm, PrizeForm},
        period::Season,
    },
    rpc::{Failure, forms::Flash},
};

/// Where staff make and change boards.
pub const PAGE: &str = "/staff/leaderboards";

/// A board in the list of all.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BoardLine {
    pub form: BoardForm,
    /// What the challenge is called whose progress counts.
    pub challenge: Option<String>,
    /// Names the edition that an edit is of.
    pub version: i32,
    /// History is still being put on it.
    pub filling: bool,
    pub ended: bool,
}

/// The page of the boards.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BoardsPage {
    pub flash: Flash,
    pub boards: Vec<BoardLine>,
    pub seasons: Vec<Season>,
    /// Of which there can be a board, with their names.
    pub challenges: Vec<(String, String)>,
    /// What can be won beside points, and what it is called.
    pub prizes: Vec<(String, String)>,
}

#[server]
pub async fn load_boards() -> Result<BoardsPage, Failure> {
    use crate::server::{
        http, http::forms, http::views::staff_challenges::to_give, identity, leaderboards::editing,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let (boards, seasons) = editing::list(&ctx, &staff).await?;
    let challenges = editing::challenges(&ctx, &staff).await?;
    let line = boards.into_iter().map(|overview| BoardLine {
        challenge: overview.board.days.as_ref().map(|days| days.name.clone()),
        form: BoardForm::of(&overview.board),
        version: overview.version,
        filling: overview.filling,
        ended: overview.ended_at.is_some(),
    });
    let (badges, rewards) = to_give(&ctx).await?;
    let badges = badges.into_iter().map(|(badge, name)| (format!("badge {badge}"), format!("Badge: {name}")));
    let rewards = rewards.into_iter().map(|(id, name)| (format!("voucher {id}"), format!("Voucher: {name}")));
    let prizes = badges.chain(rewards).collect();
    Ok(BoardsPage { flash: forms::take_flash(), boards: line.collect(), seasons, challenges, prizes })
}

/// Makes a board, or changes the one of which `version` names the edition.
#[server]
pub async fn save_leaderboard(
    version: Option<i32>,
    leaderboard: String,
    name: String,
    counts: CountsForm,
    scope: String,
    first: String,
    #[server(default)] periods: PeriodsForm,
    cohorts: CohortForm,
    #[server(default)] prizes: Vec<PrizeForm>,
) -> Result<(), Failure> {
    use crate::server::{
        error::Error,
        http::{self, forms},
        identity,
        leaderboards::editing,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = version.map_or_else(|| PAGE.to_owned(), |_| format!("{PAGE}?board={leaderboard}"));
    let CountsForm { metric, challenge } = counts;
    let mut form = BoardForm { leaderboard, name, metric, challenge, scope, first, periods, cohorts, prizes };
    form.drop_empty_prizes();
    // What is ticked and the prizes, too: whoever is refused types nothing anew.
    let whole = serde_json::to_string(&form).map_err(Error::broken)?;
    let typed: Vec<(&str, &str)> = vec![
        ("form", &whole),
        ("leaderboard", &form.leaderboard),
        ("name", &form.name),
        ("metric", &form.metric),
        ("challenge", &form.challenge),
        ("scope", &form.scope),
        ("first", &form.first),
    ];
    let outcome = match (form.read(), version) {
        (Ok(board), None) => editing::make(&ctx, &staff, &board).await,
        (Ok(board), Some(version)) => editing::change(&ctx, &staff, &board, version).await,
        (Err(refused), _) => Err(Error::Refused(refused)),
    };
    let done = |()| forms::Landing::saying(PAGE, "Saved. What happened before is counted within minutes.");
    Ok(forms::finish("board", &page, &typed, outcome, done)?)
}

/// Closes a board for good.
#[server]
pub async fn close_leaderboard(leaderboard: String) -> Result<(), Failure> {
    use crate::server::{http, http::forms, identity, leaderboards::editing};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let closed = editing::close(&ctx, &staff, &leaderboard).await;
    let done = |()| forms::Landing::saying(PAGE, "Closed. Members no longer see it, and it gives no prizes.");
    Ok(forms::finish("boards", PAGE, &[], closed, done)?)
}

/// Names a season.
#[server]
pub async fn create_season(
    season: String,
    season_name: String,
    starts_on: String,
    ends_on: String,
) -> Result<(), Failure> {
    use crate::{
        domain::leaderboard::form,
        server::{
            error::Error,
            http::{self, forms},
            identity,
            leaderboards::editing,
        },
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let made = match form::season(&season, &season_name, &starts_on, &ends_on) {
        Ok(season) => editing::make_season(&ctx, &staff, &season).await,
        Err(refused) => Err(Error::Refused(refused)),
    };
    let typed = [
        ("season", season.as_str()),
        ("season_name", &season_name),
        ("starts_on", &starts_on),
        ("ends_on", &ends_on),
    ];
    let done = |()| {
        forms::Landing::saying(PAGE, "The season is there. Boards of seasons count it from its first day.")
    };
    Ok(forms::finish("season", PAGE, &typed, made, done)?)
}

/// Keeps a member off all boards, or lets them back.
#[server]
pub async fn exclude_member(member: String, excluded: bool) -> Result<(), Failure> {
    use crate::server::{error::Error, http, http::forms, identity, leaderboards::editing};
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let outcome = match member.trim().parse() {
        Ok(member) => editing::exclude(&ctx, &staff, member, excluded).await,
        Err(_) => Err(Error::field("member", "Copy the id from the address of the member's page")),
    };
    let done = |()| {
        let done = if excluded {
            "The member is on no board any more."
        } else {
            "The member is on the boards again."
        };
        forms::Landing::saying(PAGE, done)
    };
    Ok(forms::finish("exclusion", PAGE, &[("member", &member)], outcome, done)?)
}

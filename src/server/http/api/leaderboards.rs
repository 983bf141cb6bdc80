//! Leaderboards and badges: what the game looks like from outside.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Answers, Api, OfPath,
    caller::{AnyKey, Caller, MembersRead},
    problem::Problem,
    reading::{Asked, At, bad_cursor, limit},
};
use crate::{
    domain::{
        badge::Badge,
        ids::MemberId,
        leaderboard::{
            Place,
            board::{Board, Scope},
        },
        program::day_of,
    },
    server::{
        badges,
        error::Error,
        leaderboards::{self, List},
        program,
    },
};

/// Which part of a board.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// `current` (without it) or `previous` of the kind that the board shows first, a month such as
    /// `2026-11`, an ISO week such as `2026-W47`, a season, or `all`; what the board has.
    /// The period of a challenge's board is called like the challenge.
    period: Option<String>,
    /// Of a board by store, tier or cohort: which one. With `around`, the one where the member has most.
    /// One that there is not is `not_found`; one in which nobody is yet is empty.
    segment: Option<String>,
    /// A member's id: the rows around them, in place of a page.
    around: Option<String>,
    /// How many rows each way, 0 to 50; with `around`.
    #[param(minimum = 0, maximum = 50)]
    span: Option<i64>,
    /// How many rows, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before; not with `around`.
    cursor: Option<String>,
}

/// A row of a board.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceAnswer {
    /// Equal scores share a rank, and the next is skipped.
    pub rank: i64,
    pub member_id: String,
    /// The made-up name, or the one that the member chose to show.
    pub name: String,
    pub score: i64,
}

/// Part of a board, all of one moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardAnswer {
    /// What scores are: `points`, `visits`, `badges`, or `challenge`.
    #[schema(example = "points")]
    pub metric: &'static str,
    /// The challenge whose progress counts. Of one step, scores are what it measures, money in minor units;
    /// of several, each step is 100 when it is done.
    pub challenge: Option<String>,
    /// The key of the period.
    #[schema(example = "2026-11")]
    pub period: String,
    /// The store, tier or cohort; empty where everybody competes with everybody.
    pub segment: String,
    /// What happened before is on the board.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// How many members are on it.
    pub total: i64,
    pub items: Vec<PlaceAnswer>,
    pub next_cursor: Option<String>,
}

/// Read a leaderboard
///
/// What was earned in a period; redeeming never lowers a rank. Members who left the boards are not on them. A
/// period closes 24 hours after its end, that of a challenge with the challenge: nothing rewrites it then.
#[utoipa::path(get, path = "/leaderboards/{board}", tag = "Game", operation_id = "get_leaderboard",
    params(("board" = String, Path, description = "points, or another board"), Part),
    responses((status = 200, description = "Part of the board", body = BoardAnswer), OfPath,
        (status = 422, description = "`invalid` parameters", body = Problem,
            content_type = "application/problem+json"), Answers))]
pub async fn show(
    State(api): State<Api>,
    _: Caller<MembersRead>,
    At(board): At<String>,
    Asked(part): Asked<Part>,
) -> Result<Json<BoardAnswer>, Problem> {
    let board = leaderboards::board(&api.ctx, &board).await?;
    let (_, seasons) = leaderboards::boards(&api.ctx).await?;
    let seasons = board.seasons(&seasons);
    let zone = program::show(&api.ctx).await?.zone();
    let today = day_of(api.ctx.clock.now(), &zone);
    let asked = part.period.as_deref().unwrap_or("current");
    let period = leaderboards::period(&api.ctx, &board, seasons, (asked, today)).await?;
    let period = period.ok_or_else(|| unknown_period(&board))?;
    let limit = limit(part.limit, 50)?;
    let around = part.around.as_deref().map(str::parse::<MemberId>).transpose();
    let around = around.map_err(|_| Problem::field("around", "This is no member's id"))?;
    if around.is_some() && part.cursor.is_some() {
        let how = "Around a member there are no pages: ask for more rows with span, or leave around out";
        return Err(Problem::field("cursor", how));
    }
    if around.is_none() && part.span.is_some() {
        let how = "A span is around a member: name one with around, or ask for more rows with limit";
        return Err(Problem::field("span", how));
    }
    let named = part.segment.clone();
    let segment = match (board.scope, part.segment, around) {
        (Scope::All, None, _) => String::new(),
        (Scope::All, Some(_), _) => {
            return Err(Problem::field("segment", "On this board everybody competes with everybody"));
        }
        (_, Some(segment), _) if segment.contains(char::is_control) => {
            return Err(Error::not_found("This list of the leaderboard").into());
        }
        (_, Some(segment), _) => segment,
        (_, None, Some(member)) => {
            let segments = leaderboards::segments_of(&api.ctx, &board, &period, member).await?;
            segments.into_iter().next().unwrap_or_default()
        }
        (_, None, None) => {
            let scope = board.scope.as_str();
            return Err(Problem::field(
                "segment",
                format!("Say which {scope}: this board has a list for each"),
            ));
        }
    };
    let list = List { leaderboard: board.leaderboard.clone(), period: period.key, segment };
    let part = if let Some(member) = around {
        let span = part.span.or(Some(5)).filter(|span| (0..=50).contains(span));
        let span = span.ok_or_else(|| Problem::field("span", "Ask for 0 to 50 rows each way"))?;
        leaderboards::around(&api.ctx, &list, member, span).await?
    } else {
        let after = part.cursor.map(|cursor| cursor.parse::<Place>()).transpose();
        leaderboards::page(&api.ctx, &list, after.map_err(|_| bad_cursor())?, limit + 1).await?
    };
    if let Some(segment) = named.filter(|_| part.total == 0)
        && !leaderboards::can_be(&api.ctx, &board, &segment).await?
    {
        return Err(Error::not_found("This list of the leaderboard").into());
    }
    let (metric, challenge) = (board.metric.as_str(), board.challenge);
    let List { period, segment, .. } = list;
    let mut rows = part.rows;
    let next_cursor = super::values::cut(&mut rows, limit, |row| row.place().to_string());
    let items = rows.into_iter().map(place).collect();
    let (as_of, total) = (part.as_of.to_string(), part.total);
    Ok(Json(BoardAnswer { metric, challenge, period, segment, as_of, total, items, next_cursor }))
}

fn place(row: leaderboards::Row) -> PlaceAnswer {
    PlaceAnswer { rank: row.rank, member_id: row.member_id.to_string(), name: row.name, score: row.score }
}

/// A badge as everybody may know it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadgeAnswer {
    #[schema(example = "regular")]
    pub slug: String,
    pub name: String,
    pub description: String,
    pub levels: Vec<LevelAnswer>,
}

/// A level of a badge.
#[derive(Debug, Serialize, ToSchema)]
pub struct LevelAnswer {
    /// bronze, silver or gold.
    pub level: &'static str,
    /// What it takes, in the unit of the badge.
    pub threshold: i64,
    /// How many members have it. `null` until it was counted, within a quarter of an hour.
    pub holders: Option<i64>,
    /// The share of all members who have it, in percent, to one decimal. `null` as `holders` is.
    #[schema(example = 12.3)]
    pub rarity: Option<f64>,
}

/// All badges.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadgesAnswer {
    pub items: Vec<BadgeAnswer>,
    /// Always `null`: they are all on one page.
    pub next_cursor: Option<String>,
}

/// Read the badges
///
/// What can be earned, and how rare it was when that was counted last.
#[utoipa::path(get, path = "/badges", tag = "Game", operation_id = "list_badges",
    responses((status = 200, description = "All badges", body = BadgesAnswer), Answers))]
pub async fn list_badges(State(api): State<Api>, _: Caller<AnyKey>) -> Result<Json<BadgesAnswer>, Problem> {
    let live = badges::live(&api.ctx).await?;
    let rarity = badges::rarity(&api.ctx).await?;
    let answer = |badge: Badge| {
        let level = |step: &crate::domain::badge::LevelThreshold| {
            let share = rarity.of(&badge.badge, step.level);
            LevelAnswer {
                level: step.level.as_str(),
                threshold: step.threshold,
                holders: share.map(|share| share.holders),
                rarity: share.map(|share| tenths_of_percent(share.holders, share.members)),
            }
        };
        let levels = badge.rule.levels.iter().map(level).collect();
        BadgeAnswer { levels, slug: badge.badge, name: badge.name, description: badge.description }
    };
    Ok(Json(BadgesAnswer { items: live.into_iter().map(answer).collect(), next_cursor: None }))
}

#[expect(clippy::cast_precision_loss, reason = "a share in percent needs no more digits")]
fn tenths_of_percent(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 * 1_000.0 / whole as f64).round() / 10.0 }
}

fn unknown_period(board: &Board) -> Problem {
    let kinds: Vec<&str> = board.periods.iter().map(|kind| kind.as_str()).collect();
    let detail =
        format!("Ask for current, previous or a key such as 2026-11; this board has {}", kinds.join(", "));
    Problem::field("period", detail)
}

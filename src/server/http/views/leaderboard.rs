//! The leaderboards.

use super::{Here, challenges::in_words};
use crate::{
    domain::{
        challenge::{Challenge, Join},
        ids::MemberId,
        leaderboard::{
            board::{Board, Metric, Scope},
            league::{league_name, league_of},
            period::{self, Period, Season},
        },
    },
    rpc::leaderboards::{
        Asked, BoardRow, BoardView, LeaderboardView, PastView, RankedChallenge, Unit, WinnerView,
    },
    server::{
        challenges,
        context::Context,
        error::{Error, Result},
        identity::Member,
        leaderboards::{self, List, Part, Row},
        members::profile,
        rules,
    },
};

/// How many rows a page of the board has.
const PAGE: i64 = 25;

/// How many periods that are over are shown.
const PAST: i64 = 6;

/// A board as it was asked for. Refused: `not_found` for a board or period that there is not.
pub async fn show(ctx: &Context, member: &Member, asked: Asked) -> Result<Option<LeaderboardView>> {
    let (here, me) = (Here::of(ctx).await?, member.member_id);
    let profile = profile::show(ctx, member).await?;
    let (boards, seasons) = leaderboards::boards(ctx).await?;
    let board = match &asked.board {
        None => boards.first(),
        Some(slug) => Some(
            boards
                .iter()
                .find(|board| board.leaderboard == *slug)
                .ok_or_else(|| Error::not_found("This leaderboard"))?,
        ),
    };
    let Some(board) = board else { return Ok(None) };
    let seasons = board.seasons(&seasons);
    let challenge = challenge(ctx, board).await?;
    let unit = unit(&here, board, challenge.as_ref());
    let period = match asked.period.as_deref() {
        Some(text) => leaderboards::period(ctx, board, seasons, (text, here.today)).await?,
        None => running(board, seasons, &here).into_iter().next(),
    };
    let period = period.ok_or_else(|| Error::not_found("This period of the leaderboard"))?;
    let list = list(ctx, board, &period, me, asked.segment).await?;
    let mut part = leaderboards::page(ctx, &list, asked.after, PAGE + 1).await?;
    let more = part.rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    if more {
        part.rows.pop();
    }
    let next = part.rows.last().filter(|_| more).map(leaderboards::Row::place);
    let around = leaderboards::around(ctx, &list, me, 2).await?;
    let mut prizes = Vec::new();
    for prize in board.prizes.iter().filter(|prize| prize.kind == period.kind) {
        prizes.push((prize.from_rank, prize.to_rank, in_words(ctx, &prize.wins).await?));
    }
    let over = period.over_on() <= here.today;
    let settles =
        (over && here.now < period.closes_at(&here.zone)).then(|| here.local(period.closes_at(&here.zone)));
    Ok(Some(LeaderboardView {
        chosen: board.leaderboard.clone(),
        scope: board.scope,
        running: running(board, seasons, &here),
        settles_until: settles,
        segments: segments(ctx, board, &list).await?,
        segment: list.segment.clone(),
        cohorts: board.cohorts,
        prizes,
        around: rows(around.rows, me),
        board: view(&here, part, me, unit),
        next,
        is_first_page: asked.after.is_none(),
        past: past(ctx, &here, board, seasons, (&list, me)).await?,
        presence: profile.presence,
        shown_as: if profile.named_on_boards { profile.display_name } else { profile.pseudonym },
        boards: boards.iter().map(|board| (board.leaderboard.clone(), board.name.clone())).collect(),
        challenge: challenge.map(ranked),
        period,
    }))
}

/// The member and two neighbours each way, on the first board in its first period.
pub(super) async fn small(ctx: &Context, here: &Here, me: MemberId) -> Result<BoardView> {
    let (boards, seasons) = leaderboards::boards(ctx).await?;
    let shown = boards
        .first()
        .and_then(|board| Some((board, running(board, board.seasons(&seasons), here).into_iter().next()?)));
    let Some((board, period)) = shown else {
        let nobody = Part { rows: Vec::new(), total: 0, as_of: here.now };
        return Ok(view(here, nobody, me, Unit::Points));
    };
    let list = list(ctx, board, &period, me, None).await?;
    let unit = unit(here, board, challenge(ctx, board).await?.as_ref());
    Ok(view(here, leaderboards::around(ctx, &list, me, 2).await?, me, unit))
}

/// The challenge that a board is of.
async fn challenge(ctx: &Context, board: &Board) -> Result<Option<Challenge>> {
    match &board.challenge {
        Some(name) => Ok(Some(challenges::find(ctx, name).await?)),
        None => Ok(None),
    }
}

fn unit(here: &Here, board: &Board, challenge: Option<&Challenge>) -> Unit {
    let steps = challenge.map_or(&[][..], |challenge| &challenge.rule.steps);
    match (board.metric, steps) {
        (Metric::Points, _) => Unit::Points,
        (Metric::Visits, _) => Unit::Visits,
        (Metric::Badges, _) => Unit::Badges,
        (Metric::Challenge, [step]) if step.metric.is_money() => Unit::Money(here.currency()),
        (Metric::Challenge, [_]) => Unit::Done,
        (Metric::Challenge, _) => Unit::Progress,
    }
}

fn ranked(challenge: Challenge) -> RankedChallenge {
    let Challenge { name, rule, .. } = challenge;
    let is_automatic = rule.join == Join::Automatic;
    let steps = rule.steps.into_iter().map(|step| step.title).collect();
    RankedChallenge { name, steps, rounds: rule.rounds, is_automatic }
}

fn running(board: &Board, seasons: &[Season], here: &Here) -> Vec<Period> {
    board.periods.iter().filter_map(|kind| period::current(*kind, seasons, here.today)).collect()
}

/// The list that was asked for; else the one that the member is on, else the largest.
async fn list(
    ctx: &Context,
    board: &Board,
    period: &Period,
    me: MemberId,
    asked: Option<String>,
) -> Result<List> {
    let segment = match (board.scope, asked) {
        (Scope::All, _) => String::new(),
        (_, Some(segment)) if segment.contains(char::is_control) => {
            return Err(Error::not_found("This list of the leaderboard"));
        }
        (_, Some(segment)) => segment,
        (_, None) => {
            let mine = leaderboards::segments_of(ctx, board, period, me).await?.into_iter().next();
            if let Some(mine) = mine {
                mine
            } else {
                let all = leaderboards::segments(ctx, &board.leaderboard, &period.key).await?;
                all.into_iter().next().map(|(segment, _)| segment).unwrap_or_default()
            }
        }
    };
    Ok(List { leaderboard: board.leaderboard.clone(), period: period.key.clone(), segment })
}

/// The lists to choose from. Cohorts are not for choosing: a member sees their own.
async fn segments(ctx: &Context, board: &Board, list: &List) -> Result<Vec<(String, String)>> {
    let all = match board.scope {
        Scope::All => Vec::new(),
        Scope::Cohort => vec![(list.segment.clone(), 0)],
        Scope::Store | Scope::Tier => leaderboards::segments(ctx, &list.leaderboard, &list.period).await?,
    };
    let tiers = if board.scope == Scope::Tier {
        rules::tiers(&mut *ctx.pool.acquire().await?).await?
    } else {
        Vec::new()
    };
    let named = all.into_iter().map(|(segment, _)| {
        let league = league_of(&segment).filter(|_| board.scope == Scope::Cohort);
        let tier = tiers.iter().find(|tier| tier.tier == segment).map(|tier| tier.name.clone());
        let name = league.map(|league| format!("{} league", league_name(league))).or(tier);
        (segment.clone(), name.unwrap_or(segment))
    });
    Ok(named.collect())
}

async fn past(
    ctx: &Context,
    here: &Here,
    board: &Board,
    seasons: &[Season],
    (list, me): (&List, MemberId),
) -> Result<Vec<PastView>> {
    let history = leaderboards::history(ctx, board, (&list.segment, me), PAST).await?;
    let mut past = Vec::with_capacity(history.len());
    for over in history {
        let named = period::named(&over.period.period, &[over.period.kind], seasons, here.today);
        let Some(period) = named.filter(|_| !over.winners.is_empty()) else { continue };
        let league = league_of(&over.segment).filter(|_| board.scope == Scope::Cohort);
        let mut winners = Vec::with_capacity(over.winners.len());
        for winner in over.winners {
            let won = match winner.won.filter(|won| won.missed.is_none()) {
                Some(won) => Some(in_words(ctx, &won.worth).await?),
                None => None,
            };
            let (rank, name, score) = (winner.rank, winner.name, winner.score);
            winners.push(WinnerView { rank, name, score, won, is_me: winner.member_id == me });
        }
        past.push(PastView {
            period,
            closed: over.period.closed,
            winners,
            place: over.place,
            league: league.map(|league| format!("{} league", league_name(league))),
            segment: over.segment,
        });
    }
    Ok(past)
}

fn view(here: &Here, part: Part, me: MemberId, unit: Unit) -> BoardView {
    BoardView {
        total: part.total,
        as_of: here.local(part.as_of),
        today: here.today,
        rows: rows(part.rows, me),
        unit,
    }
}

fn rows(rows: Vec<Row>, me: MemberId) -> Vec<BoardRow> {
    let row = rows.into_iter().map(|row| BoardRow {
        rank: row.rank,
        name: row.name,
        score: row.score,
        is_me: row.member_id == me,
    });
    row.collect()
}

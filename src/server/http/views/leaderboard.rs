//! The leaderboard.

use super::Here;
use crate::{
    domain::{ids::MemberId, leaderboard::ALL_TIME, program::month_key},
    rpc::leaderboards::{BoardRow, BoardView, LeaderboardView},
    server::{
        context::Context,
        error::Result,
        identity::Member,
        leaderboards::{self, Board, Row},
        members::profile,
    },
};

/// How many rows a page of the board has.
const PAGE: i64 = 25;

pub async fn show(
    ctx: &Context,
    member: &Member,
    all_time: bool,
    after: Option<MemberId>,
) -> Result<LeaderboardView> {
    let here = Here::of(ctx).await?;
    let profile = profile::show(ctx, member).await?;
    let period = if all_time { ALL_TIME.to_owned() } else { month_key(here.today) };
    let mut board = leaderboards::page(ctx, &period, after, PAGE + 1).await?;
    let more = board.rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    if more {
        board.rows.pop();
    }
    let next = board.rows.last().filter(|_| more).map(|row| row.member_id);
    let around = leaderboards::around(ctx, &period, member.member_id, 2).await?;
    Ok(LeaderboardView {
        around: rows(around.rows, member.member_id),
        board: view(&here, board, member.member_id),
        next,
        is_all_time: all_time,
        is_first_page: after.is_none(),
        listed: profile.listed,
        shown_as: if profile.named_on_boards { profile.display_name } else { profile.pseudonym },
    })
}

pub(super) fn view(here: &Here, board: Board, me: MemberId) -> BoardView {
    BoardView {
        total: board.total,
        as_of: here.local(board.as_of),
        today: here.today,
        rows: rows(board.rows, me),
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

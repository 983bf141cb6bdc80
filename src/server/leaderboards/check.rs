//! Counts the boards again and tells what differs: once a night, and whenever `laurel verify` asks.

mod store;

use jiff::ToSpan;
use sqlx::PgConnection;
use tracing::{info, warn};

use super::store::boards::{self, Kept};
use crate::{
    domain::program::{day_of, day_start},
    server::{context::Context, db, error::Result, jobs::Pace, rules},
};

/// How many members are counted at once.
const CHUNK: i64 = 5_000;

/// Something on a board that is not as the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub subject: String,
    pub expected: String,
    pub found: String,
}

/// What differs on the boards that are filled: scores from the journal, trees from scores.
pub async fn differences(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    for kept in boards::all(conn).await?.iter().filter(|kept| kept.filled_at.is_some()) {
        found.extend(of_board(conn, kept).await?);
    }
    Ok(found)
}

async fn of_board(conn: &mut PgConnection, kept: &Kept) -> Result<Vec<Difference>> {
    let board = &kept.board.leaderboard;
    let mut found = store::nodes(conn, board).await?;
    // What a closed board should be is told by nobody any more.
    if !kept.is_live() {
        return Ok(found);
    }
    let mut last = None;
    loop {
        let members = boards::members_after(conn, last, CHUNK).await?;
        let Some(newest) = members.last() else { return Ok(found) };
        last = Some(*newest);
        found.extend(store::scores(conn, board, &members).await?);
    }
}

/// Checks one board that was not checked since three o'clock at night, in the program's zone.
pub async fn check_due(ctx: Context) -> Result<Pace> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    let zone = rules::program(&mut tx).await?.zone();
    let since = day_start(day_of(now, &zone), &zone) + 3.hours();
    let since = if since > now { since - 24.hours() } else { since };
    let Some(board) = store::claim(&mut tx, since, now).await? else { return Ok(Pace::Rest) };
    tx.commit().await?;
    let mut snapshot = db::snapshot(&ctx.pool).await?;
    store::take_time(&mut snapshot).await?;
    let Some(kept) = boards::find(&mut snapshot, &board).await? else { return Ok(Pace::More) };
    let differences = of_board(&mut snapshot, &kept).await?;
    if differences.is_empty() {
        info!(board, "The board {board} was counted again and is right");
    } else {
        let first = &differences[0];
        warn!(
            board,
            differences = differences.len(),
            "The board {board} differs in {} places; the first is {}: expected {}, found {}. \
             laurel verify tells more",
            differences.len(),
            first.subject,
            first.expected,
            first.found
        );
    }
    Ok(Pace::More)
}

//! Leaderboards: projections of points earned, fed from the outbox within seconds. Redeeming never
//! lowers a rank.

mod store;

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::PgConnection;

use super::{
    context::Context,
    db,
    error::Result,
    events::{self, Event, EventKind},
    rules,
};
use crate::domain::{
    ids::MemberId,
    leaderboard::{self, Before, Standing, periods},
    program::day_of,
};

/// A row of a board with its rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub rank: i64,
    pub member_id: MemberId,
    /// What others see: the pseudonym, or the name that the member chose to show.
    pub name: String,
    pub score: i64,
}

/// Part of a board, all read from one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    pub rows: Vec<Row>,
    /// How many members are on the board.
    pub total: i64,
    /// Everything that happened before this instant is on the board.
    pub as_of: Timestamp,
}

/// Brings the boards up to date: nets what a batch of events adds to each score, and writes each score once.
pub async fn apply(conn: &mut PgConnection, events: &[Event]) -> Result<()> {
    let counts = |event: &&Event| match event.kind {
        EventKind::PointsEarned => event.points > 0,
        EventKind::PointsReturned => event.points < 0,
        _ => false,
    };
    let counting: Vec<&Event> = events.iter().filter(counts).collect();
    if counting.is_empty() {
        return Ok(());
    }
    let zone = rules::program(conn).await?.zone();
    let mut net: HashMap<(String, MemberId), (i64, Timestamp)> = HashMap::new();
    for event in counting {
        let frozen = event.body.as_ref().is_some_and(|body| body["frozen"] == true);
        for period in periods(day_of(event.effective_at, &zone)) {
            if frozen && period != leaderboard::ALL_TIME {
                continue;
            }
            let sum = net.entry((period, event.member_id)).or_insert((0, event.effective_at));
            *sum = (sum.0 + event.points, sum.1.max(event.effective_at));
        }
    }
    let mut scores: Vec<_> = net.into_iter().collect();
    // In the order of the key, as every dispatcher writes them.
    scores.sort_unstable();
    store::add_scores(conn, leaderboard::POINTS, &scores).await
}

/// The top of a board, or the page after a row that was shown before.
pub async fn page(ctx: &Context, period: &str, after: Option<MemberId>, limit: i64) -> Result<Board> {
    let mut tx = db::snapshot(&ctx.pool).await?;
    let rows = match after {
        None => store::top(&mut tx, leaderboard::POINTS, period, limit).await?,
        Some(member) => store::below(&mut tx, leaderboard::POINTS, period, member, limit).await?,
    };
    finish(ctx, &mut tx, period, rows).await
}

/// A member with some neighbours each way; empty when the member is not on the board.
pub async fn around(ctx: &Context, period: &str, member: MemberId, span: i64) -> Result<Board> {
    let mut tx = db::snapshot(&ctx.pool).await?;
    let mut rows = store::above(&mut tx, leaderboard::POINTS, period, member, span).await?;
    rows.reverse();
    rows.extend(store::from(&mut tx, leaderboard::POINTS, period, member, span + 1).await?);
    finish(ctx, &mut tx, period, rows).await
}

async fn finish(
    ctx: &Context,
    conn: &mut PgConnection,
    period: &str,
    rows: Vec<store::ScoreRow>,
) -> Result<Board> {
    let total = store::total(conn, leaderboard::POINTS, period).await?;
    let as_of = events::oldest_waiting(conn).await?.unwrap_or_else(|| ctx.clock.now());
    let before = match rows.first() {
        Some(first) => store::before(conn, leaderboard::POINTS, period, &first.standing).await?,
        None => Before::default(),
    };
    let standings: Vec<Standing<MemberId>> = rows.iter().map(|row| row.standing.clone()).collect();
    let ranks = leaderboard::ranks(&standings, before);
    let row = rows.into_iter().zip(ranks).map(|(row, rank)| Row {
        rank,
        member_id: row.standing.member,
        name: row.name,
        score: row.standing.score,
    });
    Ok(Board { rows: row.collect(), total, as_of })
}

/// Takes a member off all boards; nothing else changes for them.
pub async fn leave(ctx: &Context, member: MemberId) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    store::set_listed(&mut tx, member, false).await?;
    store::remove(&mut tx, member).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts a member back on the boards, with everything that the journal says they earned.
pub async fn come_back(ctx: &Context, member: MemberId) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    let zone = rules::program(&mut tx).await?.time_zone;
    // The dispatcher waits, so that what it is about to add is neither missed nor counted twice.
    store::hold_scores(&mut tx).await?;
    store::set_listed(&mut tx, member, true).await?;
    store::remove(&mut tx, member).await?;
    store::restore(&mut tx, leaderboard::POINTS, member, &zone).await?;
    tx.commit().await?;
    Ok(())
}

//! The statements that change boards and seasons.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::PgConnection;

use crate::{
    domain::leaderboard::{board::Board, period::Season},
    server::error::Result,
};

/// Writes a board; one of a challenge with the steps of that. False: there is one of that address.
pub async fn insert(
    conn: &mut PgConnection,
    board: &Board,
    steps: Option<&Value>,
    now: Timestamp,
) -> Result<bool> {
    let periods: Vec<&str> = board.periods.iter().map(|kind| kind.as_str()).collect();
    let done = sqlx::query!(
        "insert into leaderboards (leaderboard, name, metric, scope, periods, cohort_size, promote,
             demote, leagues, applied_at, opened_at, challenge, steps)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12) on conflict do nothing",
        board.leaderboard,
        board.name.trim(),
        board.metric.as_str(),
        board.scope.as_str(),
        &periods as _,
        board.cohorts.size,
        board.cohorts.promote,
        board.cohorts.demote,
        board.cohorts.leagues,
        now.to_sqlx() as _,
        board.challenge,
        steps
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// With `refill`, what the journal says of its periods is put on it again.
pub async fn update(conn: &mut PgConnection, board: &Board, refill: bool) -> Result<()> {
    let periods: Vec<&str> = board.periods.iter().map(|kind| kind.as_str()).collect();
    sqlx::query!(
        "update leaderboards set name = $2, periods = $3,
             had = array(select distinct kind from unnest(had || periods) kind
                 where kind <> all ($3) order by kind), cohort_size = $4, promote = $5, demote = $6,
             leagues = $7, version = version + 1, filled_at = case when $8 then null else filled_at end,
             filled_through = case when $8 then null else filled_through end
         where leaderboard = $1",
        board.leaderboard,
        board.name.trim(),
        &periods as _,
        board.cohorts.size,
        board.cohorts.promote,
        board.cohorts.demote,
        board.cohorts.leagues,
        refill
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// False: there is no such board that runs.
pub async fn end(conn: &mut PgConnection, board: &str, now: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "update leaderboards set ended_at = $2, version = version + 1
         where leaderboard = $1 and ended_at is null",
        board,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// False: there is one of that address.
pub async fn insert_season(conn: &mut PgConnection, season: &Season, now: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "insert into seasons (season, name, starts_on, ends_on, created_at)
         values ($1, $2, $3::text::date, $4::text::date, $5) on conflict do nothing",
        season.season,
        season.name.trim(),
        season.starts_on.to_string(),
        season.ends_on.to_string(),
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Has boards of seasons filled again.
pub async fn refill_seasons(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "update leaderboards set filled_at = null, filled_through = null
         where 'season' = any(periods) and challenge is null and ended_at is null"
    )
    .execute(conn)
    .await?;
    Ok(())
}

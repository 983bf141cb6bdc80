//! The statements of leaderboards. Pages follow the order of the index by key, never by offset.

pub mod boards;
pub mod prizes;
pub mod seats;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::List;
use crate::{
    domain::{
        ids::MemberId,
        leaderboard::{Before, Place, Standing},
    },
    server::error::Result,
};

/// A row of a board as stored.
#[derive(Debug, Clone)]
pub struct ScoreRow {
    pub standing: Standing<MemberId>,
    pub name: String,
}

struct Row {
    member_id: Uuid,
    score: i64,
    reached_at: jiff_sqlx::Timestamp,
    name: String,
}

impl From<Row> for ScoreRow {
    fn from(row: Row) -> Self {
        let (member, score, reached_at) = (MemberId(row.member_id), row.score, row.reached_at.to_jiff());
        Self { standing: Standing { member, score, reached_at }, name: row.name }
    }
}

/// Makes the scores of members on a board what the journal says, in all periods or some, and its tree with
/// them.
pub async fn recount(
    conn: &mut PgConnection,
    board: &str,
    members: &[MemberId],
    periods: Option<&[String]>,
) -> Result<()> {
    count(conn, board, members, periods, &BTreeSet::new()).await
}

/// The same, but what members have in a period, of a board of points, goes on from where it had been counted
/// to: what has come since is added. Where that is not known, it is counted from the beginning.
pub async fn count(
    conn: &mut PgConnection,
    board: &str,
    anew: &[MemberId],
    periods: Option<&[String]>,
    further: &BTreeSet<(MemberId, String)>,
) -> Result<()> {
    let anew: Vec<Uuid> = anew.iter().map(|member| member.0).collect();
    let (members, within): (Vec<Uuid>, Vec<String>) =
        further.iter().map(|(member, period)| (member.0, period.clone())).unzip();
    let sql = sqlx::query_file!(
        "src/server/leaderboards/store/recount.sql",
        board,
        &anew,
        periods,
        &members,
        &within
    );
    // Planned anew each time: a plan that was kept from when a board was small reads all of it for every
    // member.
    sql.persistent(false).execute(conn).await?;
    Ok(())
}

pub async fn top(conn: &mut PgConnection, list: &List, limit: i64) -> Result<Vec<ScoreRow>> {
    let (leaderboard, period, segment) = (&list.leaderboard, &list.period, &list.segment);
    let rows = sqlx::query_file_as!(
        Row,
        "src/server/leaderboards/store/top.sql",
        leaderboard,
        period,
        segment,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(ScoreRow::from).collect())
}

/// Those below a place, in order.
pub async fn below(conn: &mut PgConnection, list: &List, place: &Place, limit: i64) -> Result<Vec<ScoreRow>> {
    let (leaderboard, period, segment) = (&list.leaderboard, &list.period, &list.segment);
    let rows = sqlx::query_file_as!(
        Row,
        "src/server/leaderboards/store/below.sql",
        leaderboard,
        period,
        segment,
        place.score,
        place.reached_at.to_sqlx() as _,
        place.member.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(ScoreRow::from).collect())
}

/// A member with so many neighbours each way (50 at most), what is known of the first of these, and how many
/// are on the list; `None`: the member is not.
pub async fn around(
    conn: &mut PgConnection,
    list: &List,
    member: MemberId,
    span: i64,
) -> Result<Option<(Vec<ScoreRow>, Before, i64)>> {
    let (leaderboard, period, segment) = (&list.leaderboard, &list.period, &list.segment);
    let rows = sqlx::query_file!(
        "src/server/leaderboards/store/around.sql",
        leaderboard,
        period,
        segment,
        member.0,
        span
    )
    .fetch_all(conn)
    .await?;
    let known =
        rows.first().map(|row| (Before { higher: row.higher, equal: row.equal }, i64::from(row.total)));
    let rows = rows.into_iter().map(|row| {
        let (member_id, score, reached_at, name) = (row.member_id, row.score, row.reached_at, row.name);
        ScoreRow::from(Row { member_id, score, reached_at, name })
    });
    let mut rows: Vec<ScoreRow> = rows.collect();
    rows.sort_by_key(|row| (-row.standing.score, row.standing.reached_at, row.standing.member));
    Ok(known.map(|(before, total)| (rows, before, total)))
}

/// How many are above a member, and how many share the score.
pub async fn rank(conn: &mut PgConnection, list: &List, member: MemberId) -> Result<Before> {
    let (leaderboard, period, segment) = (&list.leaderboard, &list.period, &list.segment);
    let found =
        sqlx::query_file!("src/server/leaderboards/store/rank.sql", leaderboard, period, segment, member.0)
            .fetch_optional(conn)
            .await?;
    Ok(found.map_or_else(Before::default, |row| Before { higher: row.higher, equal: row.equal }))
}

/// How many members are on a list.
pub async fn total(conn: &mut PgConnection, list: &List) -> Result<i64> {
    let total = sqlx::query_scalar!(
        "select members from leaderboard_lists where leaderboard = $1 and period = $2 and segment = $3",
        list.leaderboard,
        list.period,
        list.segment
    )
    .fetch_optional(conn)
    .await?;
    Ok(total.map_or(0, i64::from))
}

pub async fn segments(conn: &mut PgConnection, board: &str, period: &str) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        "select segment, members from leaderboard_lists
         where leaderboard = $1 and period = $2 and members > 0 order by members desc, segment limit 200",
        board,
        period
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.segment, i64::from(row.members))).collect())
}

pub async fn segments_of(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    member: MemberId,
) -> Result<Vec<String>> {
    let segments = sqlx::query_scalar!(
        "select t.segment from leaderboard_lists t join leaderboard_scores s using (list)
         where t.leaderboard = $1 and t.period = $2 and s.member_id = $3 order by s.score desc, t.segment",
        board,
        period,
        member.0
    )
    .fetch_all(conn)
    .await?;
    Ok(segments)
}

pub async fn set_listed(conn: &mut PgConnection, member: MemberId, listed: bool) -> Result<()> {
    sqlx::query!("update members set listed = $2 where member_id = $1", member.0, listed)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps a member off all boards, or no longer.
pub async fn set_excluded(
    conn: &mut PgConnection,
    member: MemberId,
    since: Option<Timestamp>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update members set excluded_at = $2 
         where member_id = $1 and (excluded_at is null) <> ($2::timestamptz is null)",
        member.0,
        since.map(ToSqlx::to_sqlx) as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

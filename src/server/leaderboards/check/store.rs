//! The statements that count boards again.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Difference;
use crate::{domain::ids::MemberId, server::error::Result};

/// Counting a large board may take minutes.
pub async fn take_time(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("set local statement_timeout = '30min'").execute(conn).await?;
    Ok(())
}

/// The next board that was not checked since an instant: it counts as checked from now on.
pub async fn claim(conn: &mut PgConnection, since: Timestamp, now: Timestamp) -> Result<Option<String>> {
    let board = sqlx::query_scalar!(
        "update leaderboards set checked_at = $2
         where leaderboard = (select leaderboard from leaderboards
             where filled_at is not null and (checked_at is null or checked_at < $1)
             order by leaderboard limit 1 for update skip locked)
         returning leaderboard",
        since.to_sqlx() as _,
        now.to_sqlx() as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(board)
}

/// Nodes of a board's trees that do not count its scores.
pub async fn nodes(conn: &mut PgConnection, board: &str) -> Result<Vec<Difference>> {
    let rows = sqlx::query_as!(
        Difference,
        r#"with counted as (
             select period, segment, level::smallint as level, score >> (6 * level) as node, count(*) as count
             from leaderboard_scores cross join generate_series(0, 9) as l (level)
             where leaderboard = $1 and (level < 4 or score >> (6 * level) > 0)
             group by 1, 2, 3, 4
         ), kept as (
             select period, segment, level, node, count
             from leaderboard_nodes join leaderboard_lists using (list)
             where leaderboard = $1 and count <> 0
         )
         select format('board %s period %s %s level %s node %s', $1::text, period, segment, level, node)
                 as "subject!", coalesce(c.count, 0)::text as "expected!",
             coalesce(k.count, 0)::text as "found!"
         from counted c full join kept k using (period, segment, level, node)
         where c.count is distinct from k.count"#,
        board
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Scores of members that are not what the journal says. Who has something waiting in the outbox is passed
/// over, and of badges also what is closed: it keeps badges that were lost since.
pub async fn scores(conn: &mut PgConnection, board: &str, members: &[MemberId]) -> Result<Vec<Difference>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query_as!(
        Difference,
        r#"with settled as (
             select array_agg(m) as members from unnest($2::uuid[]) m
             where not exists (select from outbox o where o.member_id = m)
         ), derived as (
             select d.* from settled cross join lateral leaderboard_derived($1, settled.members) d
         ), told as (
             select s.* from leaderboard_scores s, settled
             where s.leaderboard = $1 and s.member_id = any(settled.members)
         )
         select format('board %s member %s period %s %s', $1::text, member_id, p.period, segment)
                 as "subject!",
             coalesce(d.score, 0)::text as "expected!", coalesce(t.score, 0)::text as "found!"
         from told t full join derived d using (member_id, period, segment)
             join leaderboard_periods p on p.leaderboard = $1 and p.period = coalesce(t.period, d.period)
             join leaderboards b on b.leaderboard = $1
         where t.score is distinct from d.score and (p.closed_at is null or b.metric <> 'badges')"#,
        board,
        &members
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

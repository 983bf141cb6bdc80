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

/// Lists of a board that do not know how many are on them, and nodes of their trees that do not count their
/// scores, child by child.
pub async fn nodes(conn: &mut PgConnection, board: &str) -> Result<Vec<Difference>> {
    Ok(sqlx::query_file_as!(Difference, "src/server/leaderboards/check/trees.sql", board)
        .fetch_all(conn)
        .await?)
}

/// Scores of members, and when they were reached, that are not what the journal says. Who has something
/// waiting in the outbox is passed over, and of badges also what is closed: it keeps badges that were lost
/// since.
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
             select t.period, t.segment, s.member_id, s.score, s.reached_at
             from settled join leaderboard_scores s on s.member_id = any(settled.members)
                 join leaderboard_lists t using (list)
             where t.leaderboard = $1
         )
         select format('board %s member %s period %s %s', $1::text, member_id, p.period, segment)
                 as "subject!",
             case when t.score = d.score then format('%s, reached %s', d.score, d.reached_at)
                 else coalesce(d.score, 0)::text end as "expected!",
             case when t.score = d.score then format('%s, reached %s', t.score, t.reached_at)
                 else coalesce(t.score, 0)::text end as "found!"
         from told t full join derived d using (member_id, period, segment)
             join leaderboard_periods p on p.leaderboard = $1 and p.period = coalesce(t.period, d.period)
             join leaderboards b on b.leaderboard = $1
         where (t.score, t.reached_at) is distinct from (d.score, d.reached_at)
             and (p.closed_at is null or b.metric <> 'badges')"#,
        board,
        &members
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

//! The statements of closing.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::Due;
use crate::{
    domain::{
        ids::MemberId,
        leaderboard::{Standing, period::PeriodKind},
    },
    server::error::{Error, Result},
};

/// The period that should have been closed longest ago: with its challenge, where that was ended early.
pub async fn due(conn: &mut PgConnection, before: Timestamp) -> Result<Option<Due>> {
    let row = sqlx::query!(
        r#"select p.leaderboard, p.period, p.kind, least(p.closes_at, c.ended_at) as "closes_at!"
         from leaderboard_periods p join leaderboards b using (leaderboard)
             left join challenges c using (challenge)
         where p.closed_at is null and not p.was_over and p.kind = any(b.periods)
             and (p.closes_at <= $1 or c.ended_at <= $1)
         order by 4, p.leaderboard limit 1"#,
        before.to_sqlx() as _
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = PeriodKind::parse(&row.kind).ok_or_else(|| Error::broken("a period of no kind"))?;
    let closes_at = row.closes_at.to_jiff();
    Ok(Some(Due { leaderboard: row.leaderboard, period: row.period, kind, closes_at }))
}

/// Whether something waits in the outbox that was known before an instant.
pub async fn waits(conn: &mut PgConnection, before: Timestamp) -> Result<bool> {
    let waits = sqlx::query_scalar!(
        r#"select exists (select from outbox where created_at < $1) as "waits!""#,
        before.to_sqlx() as _
    )
    .fetch_one(conn)
    .await?;
    Ok(waits)
}

pub async fn set_closed(conn: &mut PgConnection, board: &str, period: &str, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update leaderboard_periods set closed_at = $3, ends_at = least(ends_at, $3)
         where leaderboard = $1 and period = $2",
        board,
        period,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those down to a rank of each segment, and who shares it, in order.
pub async fn first(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    rank: i16,
) -> Result<Vec<Vec<Standing<MemberId>>>> {
    let rows = sqlx::query!(
        r#"select segment, member_id, score, reached_at from (
             select t.segment, s.*, rank() over (partition by t.list order by -s.score) as rank
             from leaderboard_lists t join leaderboard_scores s using (list)
             where t.leaderboard = $1 and t.period = $2
         ) ranked
         where rank <= $3 order by segment, -score, reached_at, member_id"#,
        board,
        period,
        i64::from(rank)
    )
    .fetch_all(conn)
    .await?;
    let segments = rows.chunk_by(|a, b| a.segment == b.segment).map(|rows| {
        let standing = rows.iter().map(|row| Standing {
            member: MemberId(row.member_id),
            score: row.score,
            reached_at: row.reached_at.to_jiff(),
        });
        standing.collect()
    });
    Ok(segments.collect())
}

//! The statements of leaderboards. Pages follow the order of the index by key, never by offset.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        ids::MemberId,
        leaderboard::{Before, Standing},
    },
    server::error::Result,
};

/// Period and member.
pub type ScoreKey = (String, MemberId);

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

/// Adds to scores; members who left the boards are passed over.
pub async fn add_scores(
    conn: &mut PgConnection,
    board: &str,
    scores: &[(ScoreKey, (i64, Timestamp))],
) -> Result<()> {
    let periods: Vec<&str> = scores.iter().map(|((period, _), _)| period.as_str()).collect();
    let members: Vec<Uuid> = scores.iter().map(|((_, member), _)| member.0).collect();
    let points: Vec<i64> = scores.iter().map(|(_, (points, _))| *points).collect();
    let times: Vec<_> = scores.iter().map(|(_, (_, at))| at.to_sqlx()).collect();
    sqlx::query!(
        "insert into leaderboard_scores as s (leaderboard, period, member_id, score, reached_at)
         select $1, t.period, t.member_id, t.points, t.reached_at
         from unnest($2::text[], $3::uuid[], $4::bigint[], $5::timestamptz[])
                 as t (period, member_id, points, reached_at)
             join members m on m.member_id = t.member_id and m.listed
         order by t.member_id, t.period
         on conflict (member_id, leaderboard, period) do update
             set score = s.score + excluded.score, reached_at = case when excluded.score > 0
                 then greatest(s.reached_at, excluded.reached_at) else s.reached_at end",
        board,
        &periods as _,
        &members,
        &points,
        times as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn top(conn: &mut PgConnection, board: &str, period: &str, limit: i64) -> Result<Vec<ScoreRow>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select s.member_id, s.score, s.reached_at,
             case when p.named_on_boards then p.display_name else m.pseudonym end as "name!"
         from leaderboard_scores s join members m using (member_id)
             left join member_profiles p using (member_id)
         where s.leaderboard = $1 and s.period = $2 and s.score > 0
         order by s.score desc, s.reached_at, s.member_id limit $3"#,
        board,
        period,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(ScoreRow::from).collect())
}

/// A member and those below, in order; empty when the member is not on the board.
pub async fn from(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    member: MemberId,
    limit: i64,
) -> Result<Vec<ScoreRow>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select s.member_id, s.score, s.reached_at,
             case when p.named_on_boards then p.display_name else m.pseudonym end as "name!"
         from leaderboard_scores me, leaderboard_scores s join members m using (member_id)
             left join member_profiles p using (member_id)
         where me.leaderboard = $1 and me.period = $2 and me.member_id = $3
             and s.leaderboard = $1 and s.period = $2 and s.score > 0 and me.score > 0
             and s.score <= me.score
             and (s.score < me.score or (s.reached_at, s.member_id) >= (me.reached_at, me.member_id))
         order by s.score desc, s.reached_at, s.member_id limit $4"#,
        board,
        period,
        member.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(ScoreRow::from).collect())
}

/// Those below a member, the member left out.
pub async fn below(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    member: MemberId,
    limit: i64,
) -> Result<Vec<ScoreRow>> {
    let rows = from(conn, board, period, member, limit + 1).await?;
    Ok(rows.into_iter().skip(1).collect())
}

/// Those above a member, nearest first.
pub async fn above(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    member: MemberId,
    limit: i64,
) -> Result<Vec<ScoreRow>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select s.member_id, s.score, s.reached_at,
             case when p.named_on_boards then p.display_name else m.pseudonym end as "name!"
         from leaderboard_scores me, leaderboard_scores s join members m using (member_id)
             left join member_profiles p using (member_id)
         where me.leaderboard = $1 and me.period = $2 and me.member_id = $3
             and s.leaderboard = $1 and s.period = $2 and s.score > 0 and me.score > 0
             and s.score >= me.score
             and (s.score > me.score or (s.reached_at, s.member_id) < (me.reached_at, me.member_id))
         order by s.score, s.reached_at desc, s.member_id desc limit $4"#,
        board,
        period,
        member.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(ScoreRow::from).collect())
}

/// How many stand before a row. Counts over the index; the exact tree that makes this logarithmic comes
/// with seasons.
pub async fn before(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    row: &Standing<MemberId>,
) -> Result<Before> {
    let counted = sqlx::query!(
        r#"select count(*) filter (where score > $3) as "higher!", count(*) as "rows!" from leaderboard_scores
         where leaderboard = $1 and period = $2 and score >= $3
             and (score > $3 or (reached_at, member_id) < ($4, $5))"#,
        board,
        period,
        row.score,
        row.reached_at.to_sqlx(),
        row.member.0
    )
    .fetch_one(conn)
    .await?;
    Ok(Before { higher: counted.higher, rows: counted.rows })
}

pub async fn total(conn: &mut PgConnection, board: &str, period: &str) -> Result<i64> {
    let total = sqlx::query_scalar!(
        r#"select count(*) as "total!" from leaderboard_scores
         where leaderboard = $1 and period = $2 and score > 0"#,
        board,
        period
    )
    .fetch_one(conn)
    .await?;
    Ok(total)
}

/// Takes a member off all boards.
pub async fn remove(conn: &mut PgConnection, member: MemberId) -> Result<()> {
    sqlx::query!("delete from leaderboard_scores where member_id = $1", member.0).execute(conn).await?;
    Ok(())
}

pub async fn set_listed(conn: &mut PgConnection, member: MemberId, listed: bool) -> Result<()> {
    sqlx::query!("update members set listed = $2 where member_id = $1", member.0, listed)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets nobody write scores until the transaction ends.
pub async fn hold_scores(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("lock table leaderboard_scores in share row exclusive mode").execute(conn).await?;
    Ok(())
}

/// Writes a member's scores from the journal, less what still waits in the outbox and will be added
/// from there.
pub async fn restore(conn: &mut PgConnection, board: &str, member: MemberId, zone: &str) -> Result<()> {
    sqlx::query!(
        "with earned as (
             select effective_at, available_delta + pending_delta - debt_delta as points, false as frozen
             from ledger_entries where member_id = $2 and wallet = 'points' and kind = 'accrual'
             union all
             select p.purchased_at, -r.points, to_char(p.purchased_at at time zone $3, 'YYYY-MM')
                 < to_char(r.received_at at time zone $3, 'YYYY-MM')
             from returns r join purchases p using (member_id, purchase_id) where member_id = $2
             union all
             select effective_at, -points, coalesce((body ->> 'frozen')::boolean, false)
             from outbox where member_id = $2 and kind in ('points_earned', 'points_returned')
         ), scored as (
             select to_char(effective_at at time zone $3, 'YYYY-MM') as period, points, effective_at
             from earned where not frozen
             union all
             select 'all', points, effective_at from earned
         )
         insert into leaderboard_scores (leaderboard, period, member_id, score, reached_at)
         select $1, period, $2, sum(points), max(effective_at) from scored
         group by period having sum(points) > 0",
        board,
        member.0,
        zone
    )
    .execute(conn)
    .await?;
    Ok(())
}

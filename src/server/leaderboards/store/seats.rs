//! The statements of seats, cohorts and leagues.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{ids::MemberId, leaderboard::league},
    server::error::Result,
};

/// Those of some members who have no seat in a period and may be on boards.
pub async fn without(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    members: &[MemberId],
) -> Result<Vec<MemberId>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query_scalar!(
        "select member_id from members m
         where member_id = any($3) and listed and excluded_at is null
             and not exists (select from leaderboard_seats s
                 where s.leaderboard = $1 and s.period = $2 and s.member_id = m.member_id)
         order by member_id",
        board,
        period,
        &members
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(MemberId).collect())
}

/// Gives seats; who has one moves.
pub async fn insert(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    seats: &[(MemberId, String)],
) -> Result<()> {
    let members: Vec<Uuid> = seats.iter().map(|(member, _)| member.0).collect();
    let segments: Vec<&str> = seats.iter().map(|(_, segment)| segment.as_str()).collect();
    sqlx::query!(
        "insert into leaderboard_seats (leaderboard, period, member_id, segment)
         select $1, $2, member_id, segment from unnest($3::uuid[], $4::text[]) as t (member_id, segment)
         on conflict (leaderboard, period, member_id) do update set segment = excluded.segment",
        board,
        period,
        &members,
        &segments as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The leagues of members; who is in none yet begins in the lowest.
pub async fn leagues(
    conn: &mut PgConnection,
    board: &str,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, i16>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        "select member_id, league from leaderboard_leagues where leaderboard = $1 and member_id = any($2)",
        board,
        &members
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (MemberId(row.member_id), row.league)).collect())
}

/// Who changed league: from now on they are there.
pub async fn set_leagues(conn: &mut PgConnection, board: &str, leagues: &[(MemberId, i16)]) -> Result<()> {
    let members: Vec<Uuid> = leagues.iter().map(|(member, _)| member.0).collect();
    let numbers: Vec<i16> = leagues.iter().map(|(_, league)| *league).collect();
    sqlx::query!(
        "insert into leaderboard_leagues (leaderboard, member_id, league)
         select $1, member_id, league from unnest($2::uuid[], $3::smallint[]) as t (member_id, league)
         on conflict (leaderboard, member_id) do update set league = excluded.league",
        board,
        &members,
        &numbers
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest cohort of each league in a period: its number, and how many sit in it.
pub async fn newest_cohorts(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
) -> Result<BTreeMap<i16, (usize, i32)>> {
    let rows = sqlx::query!(
        r#"select league, count(*) as "cohorts!",
             (array_agg(members order by length(segment) desc, segment desc))[1] as "members!"
         from leaderboard_cohorts where leaderboard = $1 and period = $2 group by league"#,
        board,
        period
    )
    .fetch_all(conn)
    .await?;
    let cohort = |row: i64| usize::try_from(row).unwrap_or_default();
    Ok(rows.into_iter().map(|row| (row.league, (cohort(row.cohorts), row.members))).collect())
}

pub async fn set_cohorts(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
    cohorts: &BTreeMap<String, (i16, i32)>,
) -> Result<()> {
    let segments: Vec<&str> = cohorts.keys().map(String::as_str).collect();
    let leagues: Vec<i16> = cohorts.values().map(|(league, _)| *league).collect();
    let members: Vec<i32> = cohorts.values().map(|(_, members)| *members).collect();
    sqlx::query!(
        "insert into leaderboard_cohorts (leaderboard, period, segment, league, members)
         select $1, $2, segment, league, members
         from unnest($3::text[], $4::smallint[], $5::integer[]) as t (segment, league, members)
         on conflict (leaderboard, period, segment) do update set members = excluded.members",
        board,
        period,
        &segments as _,
        &leagues,
        &members
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The league that a segment's cohort is in, of members in the order of their list: segment by segment.
pub async fn standings(
    conn: &mut PgConnection,
    board: &str,
    period: &str,
) -> Result<Vec<(String, MemberId)>> {
    let rows = sqlx::query!(
        "select t.segment, s.member_id from leaderboard_lists t join leaderboard_scores s using (list)
         where t.leaderboard = $1 and t.period = $2
         order by t.segment, -s.score, s.reached_at, s.member_id",
        board,
        period
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.segment, MemberId(row.member_id))).collect())
}

/// Those who moved to another league but sit in a cohort of the old one in a later period.
pub async fn misplaced(
    conn: &mut PgConnection,
    board: &str,
    after: &str,
    moved: &[(MemberId, i16)],
) -> Result<BTreeMap<String, Vec<MemberId>>> {
    let members: Vec<Uuid> = moved.iter().map(|(member, _)| member.0).collect();
    let rows = sqlx::query!(
        "select s.period, s.member_id, s.segment from leaderboard_seats s
             join leaderboard_periods p using (leaderboard, period)
         where s.leaderboard = $1 and s.member_id = any($3) and p.closed_at is null
             and p.starts_at >= (select ends_at from leaderboard_periods
                 where leaderboard = $1 and period = $2)
         order by s.period, s.member_id",
        board,
        after,
        &members
    )
    .fetch_all(conn)
    .await?;
    let mut misplaced: BTreeMap<String, Vec<MemberId>> = BTreeMap::new();
    for row in rows {
        let member = MemberId(row.member_id);
        let league = moved.iter().find(|(moved, _)| *moved == member).map(|(_, league)| *league);
        if league != league::league_of(&row.segment) {
            misplaced.entry(row.period).or_default().push(member);
        }
    }
    Ok(misplaced)
}

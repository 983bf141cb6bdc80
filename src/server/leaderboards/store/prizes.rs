//! The statements of prizes: what the first of a period get, and what was won.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        badge::Level,
        challenge::Reward,
        ids::{MemberId, RewardId},
        leaderboard::{
            board::{Board, Prize},
            period::PeriodKind,
        },
    },
    server::{
        error::{Error, Result},
        leaderboards::{Winning, Won},
    },
};

/// What is given, column by column.
#[derive(Default)]
struct Columns<'a> {
    points: Vec<Option<i64>>,
    badges: Vec<Option<&'a str>>,
    levels: Vec<Option<&'a str>>,
    rewards: Vec<Option<Uuid>>,
}

impl<'a> Columns<'a> {
    fn of(all: impl Iterator<Item = &'a Reward>) -> Self {
        let mut columns = Self::default();
        for worth in all {
            let (points, badge, level, reward) = match worth {
                Reward::Points(points) => (Some(*points), None, None, None),
                Reward::Badge { badge, level } => (None, Some(badge.as_str()), Some(level.as_str()), None),
                Reward::Voucher(id) => (None, None, None, Some(id.0)),
            };
            columns.points.push(points);
            columns.badges.push(badge);
            columns.levels.push(level);
            columns.rewards.push(reward);
        }
        columns
    }
}

fn worth(
    points: Option<i64>,
    (badge, level): (Option<String>, Option<String>),
    reward: Option<Uuid>,
) -> Result<Reward> {
    let badge = badge.zip(level.as_deref().and_then(Level::parse));
    let badge = badge.map(|(badge, level)| Reward::Badge { badge, level });
    let worth = points.map(Reward::Points).or(badge).or(reward.map(|id| Reward::Voucher(RewardId(id))));
    worth.ok_or_else(|| Error::broken("a prize of nothing"))
}

/// Of all boards, by their address.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<(String, Prize)>> {
    let rows = sqlx::query!(
        "select leaderboard, kind, from_rank, to_rank, points, badge, level, reward_id
         from leaderboard_prizes order by leaderboard, kind, from_rank"
    )
    .fetch_all(conn)
    .await?;
    let prize = rows.into_iter().map(|row| {
        let kind = PeriodKind::parse(&row.kind).ok_or_else(|| Error::broken("a prize of no kind"))?;
        let wins = worth(row.points, (row.badge, row.level), row.reward_id)?;
        Ok((row.leaderboard, Prize { kind, from_rank: row.from_rank, to_rank: row.to_rank, wins }))
    });
    prize.collect()
}

/// Puts a board's prizes in the place of those that it had.
pub async fn set(conn: &mut PgConnection, board: &Board) -> Result<()> {
    sqlx::query!("delete from leaderboard_prizes where leaderboard = $1", board.leaderboard)
        .execute(&mut *conn)
        .await?;
    let kinds: Vec<&str> = board.prizes.iter().map(|prize| prize.kind.as_str()).collect();
    let from: Vec<i16> = board.prizes.iter().map(|prize| prize.from_rank).collect();
    let to: Vec<i16> = board.prizes.iter().map(|prize| prize.to_rank).collect();
    let Columns { points, badges, levels, rewards } =
        Columns::of(board.prizes.iter().map(|prize| &prize.wins));
    sqlx::query!(
        "insert into leaderboard_prizes
             (leaderboard, kind, from_rank, to_rank, points, badge, level, reward_id)
         select $1, * from unnest($2::text[], $3::smallint[], $4::smallint[], $5::bigint[], $6::text[],
             $7::text[], $8::uuid[])",
        board.leaderboard,
        &kinds as _,
        &from,
        &to,
        &points as _,
        &badges as _,
        &levels as _,
        &rewards as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down who won what, at which rank.
pub async fn insert_winnings(
    conn: &mut PgConnection,
    (board, period): (&str, &str),
    won: &[Winning],
    now: Timestamp,
) -> Result<()> {
    let members: Vec<Uuid> = won.iter().map(|one| one.member.0).collect();
    let ranks: Vec<i64> = won.iter().map(|one| one.rank).collect();
    let missed: Vec<Option<&str>> = won.iter().map(|one| one.won.missed.as_deref()).collect();
    let Columns { points, badges, levels, rewards } = Columns::of(won.iter().map(|one| &one.won.worth));
    sqlx::query!(
        "insert into leaderboard_winnings
             (leaderboard, period, member_id, rank, points, badge, level, reward_id, missed, given_at)
         select $1, $2, t.*, $10::timestamptz
         from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::uuid[], $9::text[])
             as t",
        board,
        period,
        &members,
        &ranks,
        &points as _,
        &badges as _,
        &levels as _,
        &rewards as _,
        &missed as _,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was won in a period.
pub async fn winnings(conn: &mut PgConnection, board: &str, period: &str) -> Result<Vec<(MemberId, Won)>> {
    let rows = sqlx::query!(
        "select member_id, points, badge, level, reward_id, missed from leaderboard_winnings
         where leaderboard = $1 and period = $2",
        board,
        period
    )
    .fetch_all(conn)
    .await?;
    let won = rows.into_iter().map(|row| {
        let worth = worth(row.points, (row.badge, row.level), row.reward_id)?;
        Ok((MemberId(row.member_id), Won { worth, missed: row.missed }))
    });
    won.collect()
}

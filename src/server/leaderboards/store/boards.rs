//! The statements of boards themselves: what they are, their periods, and what was won.

use jiff::{Timestamp, ToSpan, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        challenge::GRACE_DAYS,
        ids::MemberId,
        leaderboard::{
            board::{Board, Metric, Prize, Scope},
            league::CohortTerms,
            period::{Period, PeriodKind, Season},
        },
    },
    server::{
        error::{Error, Result},
        leaderboards::{Won, feed::Now},
    },
};

/// A board as stored.
#[derive(Debug, Clone)]
pub struct Kept {
    pub board: Board,
    pub version: i32,
    pub filled_through: Option<MemberId>,
    pub filled_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

impl Kept {
    pub fn is_live(&self) -> bool {
        self.ended_at.is_none()
    }
}

/// A period that still takes what belongs to it.
#[derive(Debug, Clone)]
pub struct Open {
    pub period: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub was_over: bool,
}

impl Open {
    /// Whether members compete within segments that they were given when they first scored in it.
    pub fn has_seats(&self, board: &Board) -> bool {
        matches!(board.scope, Scope::Tier | Scope::Cohort) && !self.was_over
    }
}

/// A period that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedPeriod {
    pub period: String,
    pub kind: PeriodKind,
    /// Nothing rewrites it any more.
    pub closed: bool,
}

/// One of the first of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Winner {
    pub rank: i64,
    pub member_id: MemberId,
    pub name: String,
    pub score: i64,
    pub won: Option<Won>,
}

struct Row {
    leaderboard: String,
    name: String,
    metric: String,
    scope: String,
    periods: Vec<String>,
    cohort_size: i16,
    promote: i16,
    demote: i16,
    leagues: i16,
    version: i32,
    filled_through: Option<Uuid>,
    filled_at: Option<jiff_sqlx::Timestamp>,
    ended_at: Option<jiff_sqlx::Timestamp>,
    challenge: Option<String>,
    called: Option<String>,
    first_day: Option<jiff_sqlx::Date>,
    until_day: Option<jiff_sqlx::Date>,
    challenge_ended_on: Option<jiff_sqlx::Date>,
}

/// The days of a board's challenge. One that was ended early is over, and closed, on the day after.
fn days(row: &Row) -> Option<Season> {
    let (season, name) = (row.challenge.clone()?, row.called.clone()?);
    let (starts_on, until) = (row.first_day?.to_jiff(), row.until_day?.to_jiff());
    let closes = until.saturating_add(GRACE_DAYS.days());
    let ended = row.challenge_ended_on.map(|day| day.to_jiff().saturating_add(1.day()));
    let closes_on = Some(ended.map_or(closes, |day| day.min(closes)));
    Some(Season { season, name, starts_on, ends_on: until.saturating_sub(1.day()), closes_on })
}

fn kept(row: Row, prizes: &[(String, Prize)]) -> Result<Kept> {
    let unknown = || Error::broken(format!("unknown words in the board {}", row.leaderboard));
    let periods: Option<Vec<_>> = row.periods.iter().map(|kind| PeriodKind::parse(kind)).collect();
    let of_board = prizes.iter().filter(|(board, _)| *board == row.leaderboard);
    let board = Board {
        metric: Metric::parse(&row.metric).ok_or_else(unknown)?,
        days: days(&row),
        challenge: row.challenge,
        scope: Scope::parse(&row.scope).ok_or_else(unknown)?,
        periods: periods.ok_or_else(unknown)?,
        cohorts: CohortTerms {
            size: row.cohort_size,
            promote: row.promote,
            demote: row.demote,
            leagues: row.leagues,
        },
        prizes: of_board.map(|(_, prize)| prize.clone()).collect(),
        leaderboard: row.leaderboard,
        name: row.name,
    };
    Ok(Kept {
        board,
        version: row.version,
        filled_through: row.filled_through.map(MemberId),
        filled_at: row.filled_at.map(jiff_sqlx::Timestamp::to_jiff),
        ended_at: row.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

async fn with_prizes(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<Kept>> {
    let prizes = super::prizes::all(conn).await?;
    rows.into_iter().map(|row| kept(row, &prizes)).collect()
}

/// All boards, the live ones first.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Kept>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select b.leaderboard, b.name, b.metric, b.scope, b.periods, b.cohort_size, b.promote, b.demote,
             b.leagues, b.version, b.filled_through, b.filled_at, b.ended_at, b.challenge,
             c.name as "called?", c.first_day as "first_day?", c.until_day as "until_day?",
             (c.ended_at at time zone (select time_zone from programs))::date as "challenge_ended_on?"
         from leaderboards b left join challenges c using (challenge)
         order by b.ended_at is not null, b.opened_at, b.leaderboard"#
    )
    .fetch_all(&mut *conn)
    .await?;
    with_prizes(conn, rows).await
}

pub async fn live(conn: &mut PgConnection) -> Result<Vec<Board>> {
    let all = all(conn).await?;
    Ok(all.into_iter().filter(Kept::is_live).map(|kept| kept.board).collect())
}

pub async fn find(conn: &mut PgConnection, leaderboard: &str) -> Result<Option<Kept>> {
    Ok(all(conn).await?.into_iter().find(|kept| kept.board.leaderboard == leaderboard))
}

/// All boards; nobody else writes scores until the transaction ends.
pub async fn lock(conn: &mut PgConnection) -> Result<Vec<Kept>> {
    sqlx::query!("select leaderboard from leaderboards order by leaderboard for update")
        .fetch_all(&mut *conn)
        .await?;
    all(conn).await
}

pub async fn seasons(conn: &mut PgConnection) -> Result<Vec<Season>> {
    let rows = sqlx::query!(
        r#"select season, name, starts_on::text as "starts_on!", ends_on::text as "ends_on!"
         from seasons order by starts_on desc, season"#
    )
    .fetch_all(conn)
    .await?;
    let season = rows.into_iter().map(|row| {
        let day = |text: &str| text.parse::<Date>().map_err(Error::broken);
        let (starts_on, ends_on) = (day(&row.starts_on)?, day(&row.ends_on)?);
        Ok(Season { season: row.season, name: row.name, starts_on, ends_on, closes_on: None })
    });
    season.collect()
}

/// What a board is told of periods that it may not know yet. One that was over before the board takes
/// history; one that is over since was closed with nobody on it.
pub async fn insert_periods(
    conn: &mut PgConnection,
    board: &str,
    periods: &[Period],
    now: &Now,
) -> Result<()> {
    let keys: Vec<&str> = periods.iter().map(|period| period.key.as_str()).collect();
    let kinds: Vec<&str> = periods.iter().map(|period| period.kind.as_str()).collect();
    let times = |of: fn(&Period, &Now) -> Timestamp| -> Vec<_> {
        periods.iter().map(|period| of(period, now).to_sqlx()).collect()
    };
    let starts = times(|period, now| period.starts_at(&now.zone));
    let ends = times(|period, now| period.ends_at(&now.zone));
    let closes = times(|period, now| period.closes_at(&now.zone));
    sqlx::query!(
        "insert into leaderboard_periods
             (leaderboard, period, kind, starts_at, ends_at, closes_at, was_over, closed_at)
         select leaderboard, t.period, t.kind, t.starts_at, t.ends_at, t.closes_at, t.ends_at <= opened_at,
             case when t.ends_at > opened_at and t.closes_at <= $7 then $7 end
         from unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
                 as t (period, kind, starts_at, ends_at, closes_at)
             join leaderboards on leaderboard = $1
         order by t.period
         on conflict do nothing",
        board,
        &keys as _,
        &kinds as _,
        starts as _,
        ends as _,
        closes as _,
        now.at.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The periods that are not closed, all of them or those among some.
pub async fn open_periods(
    conn: &mut PgConnection,
    board: &str,
    among: Option<&[String]>,
) -> Result<Vec<Open>> {
    let rows = sqlx::query!(
        "select period, starts_at, ends_at, was_over from leaderboard_periods
         where leaderboard = $1 and closed_at is null and ($2::text[] is null or period = any($2))
         order by period",
        board,
        among
    )
    .fetch_all(conn)
    .await?;
    let open = rows.into_iter().map(|row| Open {
        period: row.period,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        was_over: row.was_over,
    });
    Ok(open.collect())
}

/// When the first thing happened that a board may count.
pub async fn first_fact(conn: &mut PgConnection) -> Result<Option<Timestamp>> {
    let first = sqlx::query_scalar!(
        r#"select least((select min(purchased_at) from purchases), (select min(occurred_at) from activities),
             (select min(joined_at) from members)) as "first""#
    )
    .fetch_one(conn)
    .await?;
    Ok(first.map(jiff_sqlx::Timestamp::to_jiff))
}

pub async fn members_after(
    conn: &mut PgConnection,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select member_id from members where $1::uuid is null or member_id > $1 order by member_id limit $2",
        after.map(|member| member.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(MemberId).collect())
}

/// Those of some members who have something in a period that counts.
pub async fn scoring(
    conn: &mut PgConnection,
    metric: &str,
    members: &[MemberId],
    period: &Open,
) -> Result<Vec<MemberId>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query_scalar!(
        r#"select distinct member_id as "member_id!" from leaderboard_facts($1, false, $2)
         where at >= $3 and at < $4 and amount > 0 order by 1"#,
        metric,
        &members,
        period.starts_at.to_sqlx() as _,
        period.ends_at.to_sqlx() as _
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(MemberId).collect())
}

pub async fn any_to_fill(conn: &mut PgConnection) -> Result<bool> {
    let any = sqlx::query_scalar!(
        r#"select exists (select from leaderboards where filled_at is null and ended_at is null) as "any!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(any)
}

/// Whether a board that runs counts badges.
pub async fn any_of_badges(conn: &mut PgConnection) -> Result<bool> {
    let any = sqlx::query_scalar!(
        r#"select exists (select from leaderboards where metric = 'badges' and ended_at is null) as "any!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(any)
}

pub async fn set_filled(
    conn: &mut PgConnection,
    board: &str,
    through: Option<MemberId>,
    done: Option<Timestamp>,
) -> Result<()> {
    sqlx::query!(
        "update leaderboards set filled_through = coalesce($2, filled_through), filled_at = $3
         where leaderboard = $1",
        board,
        through.map(|member| member.0),
        done.map(ToSqlx::to_sqlx) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn set_applied(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    sqlx::query!("update leaderboards set applied_at = $1 where ended_at is null", now.to_sqlx() as _)
        .execute(conn)
        .await?;
    Ok(())
}

/// The periods of a board that are over, the newest first.
pub async fn over(
    conn: &mut PgConnection,
    board: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<ClosedPeriod>> {
    let rows = sqlx::query!(
        r#"select period, kind, closed_at is not null or was_over as "closed!" from leaderboard_periods p
         where leaderboard = $1 and ends_at <= $2
             and exists (select from leaderboard_lists t
                 where t.leaderboard = $1 and t.period = p.period and t.members > 0)
         order by ends_at desc, period limit $3"#,
        board,
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    let period = rows.into_iter().map(|row| {
        let kind = PeriodKind::parse(&row.kind).ok_or_else(|| Error::broken("a period of no kind"))?;
        Ok(ClosedPeriod { period: row.period, kind, closed: row.closed })
    });
    period.collect()
}

//! Leaderboards: projections of what members earned, fed from the outbox within seconds. Redeeming never
//! lowers a rank.
//!
//! A board has periods, and in each of them a list: one for everybody, or one for each store, tier or cohort.
//! A rank is read from a digit tree (`domain/leaderboard/tree.rs`), never by counting rows.

pub mod check;
pub mod closing;
pub mod editing;
mod feed;
mod seats;
mod store;

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use sqlx::PgConnection;

use super::{
    context::Context,
    db,
    error::{Error, Result},
    events,
    members::profile,
    purchases, rules,
};
use crate::domain::{
    challenge::Reward,
    ids::MemberId,
    leaderboard::{
        self, Before, Place, Presence, Standing,
        board::{Board, Scope},
        league::is_cohort,
        period::{self, ALL_TIME, Period, PeriodKind, Season},
    },
    refusal::Code,
};

pub use feed::{apply, fill_due};
pub use store::boards::{ClosedPeriod, Winner, any_of_badges};

/// What was won for a rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Won {
    pub worth: Reward,
    /// Why it could not be given.
    pub missed: Option<String>,
}

/// Who won it.
#[derive(Debug, Clone)]
struct Winning {
    member: MemberId,
    rank: i64,
    won: Won,
}

/// A list of members that is ranked: a board in one period, of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub leaderboard: String,
    /// 2026-11, 2026-W47, a season's name, or all.
    pub period: String,
    /// The store, tier or cohort; empty where everybody competes with everybody.
    pub segment: String,
}

impl List {
    /// The points that all members earned in a period.
    #[must_use]
    pub fn of_points(period: &str) -> Self {
        let (leaderboard, period) = (leaderboard::POINTS.to_owned(), period.to_owned());
        Self { leaderboard, period, segment: String::new() }
    }
}

/// A row of a list with its rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub rank: i64,
    pub member_id: MemberId,
    /// What others see: the pseudonym, or the name that the member chose to show.
    pub name: String,
    pub score: i64,
    pub reached_at: Timestamp,
}

impl Row {
    #[must_use]
    pub fn place(&self) -> Place {
        Place { score: self.score, reached_at: self.reached_at, member: self.member_id }
    }
}

/// Part of a list, all read from one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub rows: Vec<Row>,
    /// How many members are on the list.
    pub total: i64,
    /// Everything that happened before this instant is on the board.
    pub as_of: Timestamp,
}

/// The boards that are not closed, the oldest first, and the seasons.
pub async fn boards(ctx: &Context) -> Result<(Vec<Board>, Vec<Season>)> {
    let mut conn = ctx.pool.acquire().await?;
    Ok((store::boards::live(&mut conn).await?, store::boards::seasons(&mut conn).await?))
}

/// One board, closed or not. Refused: `not_found`.
pub async fn board(ctx: &Context, leaderboard: &str) -> Result<Board> {
    let mut conn = ctx.pool.acquire().await?;
    let found = store::boards::find(&mut conn, leaderboard).await?;
    found.map(|kept| kept.board).ok_or_else(|| Error::not_found("This leaderboard"))
}

/// The period of a board that a text names: one of its kinds, or one that it had before and that is kept.
pub async fn period(
    ctx: &Context,
    board: &Board,
    seasons: &[Season],
    (text, today): (&str, Date),
) -> Result<Option<Period>> {
    let found = period::named(text, &board.periods, seasons, today);
    if found.is_some() || ["current", "previous"].contains(&text) {
        return Ok(found);
    }
    let Some(before) = period::named(text, &PeriodKind::ALL, seasons, today) else { return Ok(None) };
    let kept = segments(ctx, &board.leaderboard, &before.key).await?;
    Ok((!kept.is_empty()).then_some(before))
}

/// The segments of a board's period that have members, those with most first, and how many they have.
pub async fn segments(ctx: &Context, leaderboard: &str, period: &str) -> Result<Vec<(String, i64)>> {
    store::segments(&mut *ctx.pool.acquire().await?, leaderboard, period).await
}

/// Whether a board can have a list of this segment, with or without members: a store that has sold something
/// lately or is on the board of all time, a tier that there is, a cohort of its leagues.
pub async fn can_be(ctx: &Context, board: &Board, segment: &str) -> Result<bool> {
    let mut conn = ctx.pool.acquire().await?;
    match board.scope {
        Scope::All => Ok(segment.is_empty()),
        Scope::Cohort => Ok(is_cohort(segment, board.cohorts.leagues)),
        Scope::Tier => Ok(rules::tiers(&mut conn).await?.iter().any(|tier| tier.tier == segment)),
        Scope::Store => {
            if purchases::words(&mut conn).await?.stores.iter().any(|store| store == segment) {
                return Ok(true);
            }
            let all_time = store::segments(&mut conn, &board.leaderboard, ALL_TIME).await?;
            Ok(all_time.iter().any(|(store, _)| store == segment))
        }
    }
}

/// The segments that a member is in; the one with the highest score first.
pub async fn segments_of(
    ctx: &Context,
    board: &Board,
    period: &Period,
    member: MemberId,
) -> Result<Vec<String>> {
    let mut conn = ctx.pool.acquire().await?;
    store::segments_of(&mut conn, &board.leaderboard, &period.key, member).await
}

/// The top of a list, or the page after a row that was shown before.
pub async fn page(ctx: &Context, list: &List, after: Option<Place>, limit: i64) -> Result<Part> {
    let mut tx = db::snapshot(&ctx.pool).await?;
    let as_of = as_of(ctx, &mut tx).await?;
    let rows = match after {
        None => store::top(&mut tx, list, limit).await?,
        Some(place) => store::below(&mut tx, list, &place, limit).await?,
    };
    let total = store::total(&mut tx, list).await?;
    Ok(Part { rows: ranked(&mut tx, list, rows).await?, total, as_of })
}

/// A member with some neighbours each way; empty when the member is not on the list.
pub async fn around(ctx: &Context, list: &List, member: MemberId, span: i64) -> Result<Part> {
    let mut conn = ctx.pool.acquire().await?;
    let as_of = as_of(ctx, &mut conn).await?;
    let Some((rows, before, total)) = store::around(&mut conn, list, member, span).await? else {
        return Ok(Part { rows: Vec::new(), total: store::total(&mut conn, list).await?, as_of });
    };
    Ok(Part { rows: with_ranks(rows, before), total, as_of })
}

/// Asked before the list is read: what is on it is never older than what is said of it.
async fn as_of(ctx: &Context, conn: &mut PgConnection) -> Result<Timestamp> {
    let now = ctx.clock.now();
    Ok(events::oldest_waiting(conn).await?.unwrap_or(now))
}

async fn ranked(conn: &mut PgConnection, list: &List, rows: Vec<store::ScoreRow>) -> Result<Vec<Row>> {
    let before = match rows.first() {
        Some(first) => store::rank(conn, list, first.standing.member).await?,
        None => Before::default(),
    };
    Ok(with_ranks(rows, before))
}

fn with_ranks(rows: Vec<store::ScoreRow>, before: Before) -> Vec<Row> {
    let standings: Vec<Standing<MemberId>> = rows.iter().map(|row| row.standing.clone()).collect();
    let ranks = leaderboard::ranks(&standings, before);
    let row = rows.into_iter().zip(ranks).map(|(row, rank)| Row {
        rank,
        member_id: row.standing.member,
        name: row.name,
        score: row.standing.score,
        reached_at: row.standing.reached_at,
    });
    row.collect()
}

/// A period of a board that is over, as it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub period: ClosedPeriod,
    /// The list: of leagues, the cohort that the member was in.
    pub segment: String,
    pub winners: Vec<Winner>,
    /// The member's rank, and of how many.
    pub place: Option<(i64, i64)>,
}

/// The periods of a board that are over, the newest first, each with its first three, what they won, and the
/// member's place. Of leagues, those in which the member was in a cohort.
pub async fn history(
    ctx: &Context,
    board: &Board,
    (segment, member): (&str, MemberId),
    limit: i64,
) -> Result<Vec<Past>> {
    let mut tx = db::snapshot(&ctx.pool).await?;
    let mut history = Vec::new();
    for period in store::boards::over(&mut tx, &board.leaderboard, ctx.clock.now(), limit).await? {
        let of_member = store::segments_of(&mut tx, &board.leaderboard, &period.period, member).await?;
        let segment = match board.scope {
            Scope::Cohort => match of_member.first() {
                Some(cohort) => cohort.clone(),
                None => continue,
            },
            _ => segment.to_owned(),
        };
        let leaderboard = board.leaderboard.clone();
        let list = List { leaderboard, period: period.period.clone(), segment: segment.clone() };
        let mut place = None;
        if of_member.contains(&segment) {
            let before = store::rank(&mut tx, &list, member).await?;
            place = Some((before.higher + 1, store::total(&mut tx, &list).await?));
        }
        let rows = store::top(&mut tx, &list, 3).await?;
        let rows = ranked(&mut tx, &list, rows).await?;
        let won = store::prizes::winnings(&mut tx, &list.leaderboard, &list.period).await?;
        let winners = rows.into_iter().map(|row| {
            let Row { rank, member_id, name, score, .. } = row;
            let won = won.iter().find(|(member, _)| *member == member_id).map(|(_, won)| won.clone());
            Winner { rank, member_id, name, score, won }
        });
        history.push(Past { period, segment, winners: winners.collect(), place });
    }
    Ok(history)
}

/// Takes a member off all boards; nothing else changes for them.
pub async fn leave(ctx: &Context, member: MemberId) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    take_off(&mut tx, member).await?;
    tx.commit().await?;
    Ok(())
}

/// The same, as part of something larger, which does it before it locks any wallet.
pub async fn take_off(conn: &mut PgConnection, member: MemberId) -> Result<()> {
    let boards = store::boards::lock(conn).await?;
    store::set_listed(conn, member, false).await?;
    recount_all(conn, &boards, member).await
}

/// Puts a member back on the boards, with everything that the journal says they earned.
///
/// Refused: `not_eligible` for those whom staff keep off.
pub async fn come_back(ctx: &Context, member: MemberId) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    // The dispatcher waits meanwhile, so nobody writes an older truth over this one.
    let boards = store::boards::lock(&mut tx).await?;
    if profile::presence(&mut tx, member).await? == Presence::KeptOff {
        let how = "The shop keeps this account off its leaderboards. If that seems wrong, ask its staff.";
        return Err(Error::refused(Code::NotEligible, how));
    }
    store::set_listed(&mut tx, member, true).await?;
    recount_all(&mut tx, &boards, member).await?;
    tx.commit().await?;
    Ok(())
}

async fn recount_all(
    conn: &mut PgConnection,
    boards: &[store::boards::Kept],
    member: MemberId,
) -> Result<()> {
    for kept in boards {
        store::recount(conn, &kept.board.leaderboard, &[member], None).await?;
    }
    Ok(())
}

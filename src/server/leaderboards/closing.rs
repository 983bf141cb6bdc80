//! What happens when a period is over and its grace has passed: it freezes, the first get their prizes once,
//! and members of leagues change leagues.

mod store;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sqlx::PgConnection;
use tracing::info;

use super::{
    Winning, Won,
    feed::Now,
    seats,
    store::{self as lists, boards, boards::Kept},
};
use crate::{
    domain::{
        challenge::Reward,
        ids::MemberId,
        leaderboard::{
            Before, Standing,
            board::{Board, Scope},
            period::{PeriodKind, named},
            ranks,
        },
        program::day_of,
    },
    server::{
        context::Context,
        error::Result,
        events::{self, Event, EventKind},
        jobs::Pace,
        prizes::{self, Given, Prize},
    },
};

/// Who wins, at which rank, and what.
type Winners = BTreeMap<MemberId, (i64, Reward)>;

/// A transaction that began before the closing may still be told after it: they last a minute at most.
const SETTLE: SignedDuration = SignedDuration::from_mins(1);

/// Closes the period that is due longest. Nothing that was known in time is left out: as long as such an
/// event waits in the outbox, the period stays open.
pub async fn close_due(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    let boards = boards::lock(&mut tx).await?;
    let now = ctx.clock.now();
    let Some(due) = store::due(&mut tx, now - SETTLE).await? else { return Ok(Pace::Rest) };
    if store::waits(&mut tx, due.closes_at).await? {
        return Ok(Pace::Rest);
    }
    let Some(kept) = boards.iter().find(|kept| kept.board.leaderboard == due.leaderboard) else {
        return Ok(Pace::Rest);
    };
    store::set_closed(&mut tx, &due.leaderboard, &due.period, now).await?;
    if kept.is_live() {
        close(&ctx, &mut tx, kept, &due.period, due.kind).await?;
    }
    tx.commit().await?;
    info!(board = due.leaderboard, period = due.period, "{} of {} is closed", due.period, kept.board.name);
    Ok(Pace::More)
}

async fn close(
    ctx: &Context,
    conn: &mut PgConnection,
    kept: &Kept,
    period: &str,
    kind: PeriodKind,
) -> Result<()> {
    let board = &kept.board;
    let winners = winners(conn, board, period, kind).await?;
    let now = Now::of(ctx, conn).await?;
    let today = day_of(now.at, &now.zone);
    let named = named(period, &[kind], board.seasons(&now.seasons), today);
    let words = named.map_or_else(|| period.to_owned(), |period| period.words());
    give(ctx, conn, board, (period, &words), &winners).await?;
    if board.scope == Scope::Cohort {
        move_leagues(conn, board, period, ctx.clock.now()).await?;
    }
    Ok(())
}

/// Who stands at a rank with a prize, in each segment; with what they win.
async fn winners(conn: &mut PgConnection, board: &Board, period: &str, kind: PeriodKind) -> Result<Winners> {
    let mut winners: Winners = BTreeMap::new();
    let last = board.last_prize(kind);
    if last == 0 {
        return Ok(winners);
    }
    for rows in store::first(conn, &board.leaderboard, period, last).await? {
        let before = Before { higher: 0, equal: equals(&rows) };
        for (row, rank) in rows.iter().zip(ranks(&rows, before)) {
            let Some(wins) = board.prize(kind, rank) else { continue };
            // Who has a rank at two stores has the prize of the better one.
            let best = winners.entry(row.member).or_insert_with(|| (rank, wins.clone()));
            if rank < best.0 {
                *best = (rank, wins.clone());
            }
        }
    }
    Ok(winners)
}

fn equals(rows: &[Standing<MemberId>]) -> i64 {
    let first = rows.first().map(|row| row.score);
    i64::try_from(rows.iter().filter(|row| Some(row.score) == first).count()).unwrap_or(i64::MAX)
}

/// Gives prizes, once for each board, period and member.
async fn give(
    ctx: &Context,
    conn: &mut PgConnection,
    board: &Board,
    (period, words): (&str, &str),
    winners: &Winners,
) -> Result<()> {
    let now = ctx.clock.now();
    let prize = |(member, (rank, wins)): (&MemberId, &(i64, Reward))| {
        let about = json!({ "board": board.leaderboard, "period": period, "rank": rank });
        Prize {
            member: *member,
            source: "leaderboard",
            id: format!("{}/{period}/{member}", board.leaderboard),
            worth: wins.clone(),
            reason: format!("Rank {rank} of {}, {words}", board.name),
            about: about.as_object().cloned().unwrap_or_default(),
            at: now,
        }
    };
    let given = prizes::give(ctx, conn, winners.iter().map(prize).collect()).await?;
    let happened: Vec<Event> = given.iter().filter_map(|(prize, given)| told(prize, given)).collect();
    events::publish(conn, &happened, now).await?;
    let won = given.into_iter().filter_map(|(prize, given)| {
        let rank = winners.get(&prize.member)?.0;
        let missed = if let Given::Missed(why) = given { Some(why) } else { None };
        Some(Winning { member: prize.member, rank, won: Won { worth: prize.worth, missed } })
    });
    let won: Vec<Winning> = won.collect();
    lists::prizes::insert_winnings(conn, (&board.leaderboard, period), &won, now).await
}

/// Points are told with their entry; whoever wins something else hears what it is for.
fn told(prize: &Prize, given: &Given) -> Option<Event> {
    let (what, missed) = match given {
        Given::Points { .. } => return None,
        Given::Badge(..) => ("badge", None),
        Given::Voucher(_) => ("voucher", None),
        Given::Missed(why) => ("voucher", Some(why)),
    };
    let mut body = prize.about.clone();
    body.insert("reason".to_owned(), json!(prize.reason));
    body.insert("prize".to_owned(), json!(what));
    body.insert("missed".to_owned(), json!(missed));
    let (kind, body) = (EventKind::PrizeWon, Some(Value::Object(body)));
    Some(Event { kind, member_id: prize.member, points: 0, effective_at: prize.at, body })
}

/// The first of each cohort go up a league, the last go down. Whoever sits in the period that is running
/// already moves into a cohort of the new league, with what they have.
async fn move_leagues(conn: &mut PgConnection, board: &Board, period: &str, now: Timestamp) -> Result<()> {
    let standings = lists::seats::standings(conn, &board.leaderboard, period).await?;
    let everybody: Vec<MemberId> = standings.iter().map(|(_, member)| *member).collect();
    let leagues = lists::seats::leagues(conn, &board.leaderboard, &everybody).await?;
    let mut moved = Vec::new();
    let mut happened = Vec::new();
    for cohort in standings.chunk_by(|a, b| a.0 == b.0) {
        for (place, (_, member)) in cohort.iter().enumerate() {
            let league = leagues.get(member).copied().unwrap_or_default();
            let after = board.cohorts.league_after(league, place, cohort.len());
            if after != league {
                moved.push((*member, after));
                happened.push(Event {
                    kind: EventKind::LeagueChanged,
                    member_id: *member,
                    points: 0,
                    effective_at: now,
                    body: Some(
                        json!({ "board": board.name, "from": league, "to": after, "place": place + 1 }),
                    ),
                });
            }
        }
    }
    lists::seats::set_leagues(conn, &board.leaderboard, &moved).await?;
    let misplaced = lists::seats::misplaced(conn, &board.leaderboard, period, &moved).await?;
    for (running, members) in misplaced {
        seats::seat(conn, board, &running, &members).await?;
        lists::recount(conn, &board.leaderboard, &members, Some(&[running])).await?;
    }
    events::publish(conn, &happened, now).await
}

/// A period that is to be closed.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub leaderboard: String,
    pub period: String,
    pub kind: PeriodKind,
    pub closes_at: Timestamp,
}

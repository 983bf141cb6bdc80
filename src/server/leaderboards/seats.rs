//! Who competes with whom in a period: the tier that a member had, or the cohort that they were put into,
//! when they first scored in it. It stays until the period ends.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::{feed::Now, store};
use crate::{
    domain::{
        ids::MemberId,
        leaderboard::{
            board::{Board, Scope},
            league::cohort_key,
        },
    },
    server::{error::Result, tiers},
};

/// Gives a seat to those who have none in the period.
pub(super) async fn take(
    conn: &mut PgConnection,
    board: &Board,
    period: &str,
    members: &[MemberId],
    now: &Now,
) -> Result<()> {
    let new = store::seats::without(conn, &board.leaderboard, period, members).await?;
    if new.is_empty() {
        return Ok(());
    }
    if board.scope == Scope::Tier {
        let mut seats = Vec::with_capacity(new.len());
        for member in new {
            seats.push((member, tiers::standing(conn, member, now.at, &now.zone).await?.tier.tier));
        }
        return store::seats::insert(conn, &board.leaderboard, period, &seats).await;
    }
    seat(conn, board, period, &new).await
}

/// Puts members into cohorts of their leagues: the newest that has room, or a new one.
pub(super) async fn seat(
    conn: &mut PgConnection,
    board: &Board,
    period: &str,
    members: &[MemberId],
) -> Result<()> {
    let leagues = store::seats::leagues(conn, &board.leaderboard, members).await?;
    let mut cohorts = store::seats::newest_cohorts(conn, &board.leaderboard, period).await?;
    let size = i32::from(board.cohorts.size);
    let mut filled: BTreeMap<String, (i16, i32)> = BTreeMap::new();
    let mut seats = Vec::with_capacity(members.len());
    for member in members {
        let league = leagues.get(member).copied().unwrap_or_default().min(board.cohorts.leagues - 1);
        let (number, sitting) = cohorts.entry(league).or_insert((1, 0));
        if *sitting >= size {
            (*number, *sitting) = (*number + 1, 0);
        }
        *sitting += 1;
        let segment = cohort_key(league, *number);
        filled.insert(segment.clone(), (league, *sitting));
        seats.push((*member, segment));
    }
    store::seats::set_cohorts(conn, &board.leaderboard, period, &filled).await?;
    store::seats::insert(conn, &board.leaderboard, period, &seats).await
}

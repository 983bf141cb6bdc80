//! What follows from events: works out again what members have on each board, and writes what differs.
//!
//! Scores are counted from the journal rather than from what events say, so an event that is told twice, or
//! late, or in another order ends in the same board, and nothing is counted twice that was read before it was
//! told. Points go on from the entry up to which a score has counted, so that a long history costs nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sqlx::PgConnection;

use super::{
    seats,
    store::{self, boards::Kept},
};
use crate::{
    domain::{
        ids::MemberId,
        leaderboard::{
            board::{Board, Metric, Scope},
            period::{Period, PeriodKind, Season, periods, season},
        },
        program::day_of,
    },
    server::{
        context::Context,
        error::Result,
        events::{Event, EventKind},
        jobs::Pace,
        rules,
    },
};

/// How many members one step puts on a board that is being filled.
const FILL: i64 = 2_000;

/// What a step knows about now and here.
pub(super) struct Now {
    pub at: Timestamp,
    pub zone: TimeZone,
    pub seasons: Vec<Season>,
}

impl Now {
    pub(super) async fn of(ctx: &Context, conn: &mut PgConnection) -> Result<Self> {
        let zone = rules::program(conn).await?.zone();
        Ok(Self { at: ctx.clock.now(), zone, seasons: store::boards::seasons(conn).await? })
    }
}

/// Brings the boards up to date with a batch of events, in the transaction that took them.
pub async fn apply(ctx: &Context, conn: &mut PgConnection, events: &[Event]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    // One writer at a time: whoever reads the journal later also writes later.
    let boards = store::boards::lock(conn).await?;
    let now = Now::of(ctx, conn).await?;
    for kept in boards.iter().filter(|kept| kept.is_live()) {
        follow(conn, kept, events, &now).await?;
    }
    store::boards::set_applied(conn, now.at).await
}

/// Puts the next members on a board that is new, or that has new periods.
pub async fn fill_due(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    if !store::boards::any_to_fill(&mut tx).await? {
        return Ok(Pace::Rest);
    }
    let boards = store::boards::lock(&mut tx).await?;
    let now = Now::of(&ctx, &mut tx).await?;
    for kept in boards.iter().filter(|kept| kept.is_live() && kept.filled_at.is_none()) {
        fill(&mut tx, kept, &now).await?;
    }
    tx.commit().await?;
    Ok(Pace::More)
}

async fn follow(conn: &mut PgConnection, kept: &Kept, events: &[Event], now: &Now) -> Result<()> {
    let board = &kept.board;
    let counting: Vec<&Event> = events.iter().filter(|event| counts(board, event)).collect();
    if counting.is_empty() {
        return Ok(());
    }
    let day = |event: &Event| day_of(event.effective_at, &now.zone);
    let days: BTreeSet<Date> = counting.iter().map(|event| day(event)).collect();
    let days: BTreeMap<Date, Vec<Period>> = days
        .into_iter()
        .map(|day| (day, periods(day, &board.periods, board.seasons(&now.seasons))))
        .collect();
    let touched: BTreeMap<&str, &Period> =
        days.values().flatten().map(|period| (period.key.as_str(), period)).collect();
    let touched: Vec<Period> = touched.into_values().cloned().collect();
    store::boards::insert_periods(conn, &board.leaderboard, &touched, now).await?;
    let keys: Vec<String> = touched.into_iter().map(|period| period.key).collect();
    // A badge may be lost or filled in for another day than the event's.
    let among = if board.metric == Metric::Badges { None } else { Some(keys.as_slice()) };
    let open = store::boards::open_periods(conn, &board.leaderboard, among).await?;
    if open.is_empty() {
        return Ok(());
    }
    let scoring = |period: &str| -> Vec<MemberId> {
        let lies_in =
            |event: &Event| among.is_none() || days[&day(event)].iter().any(|its| its.key == period);
        let members = counting.iter().filter(|event| lies_in(event)).map(|event| event.member_id);
        members.collect::<BTreeSet<_>>().into_iter().collect()
    };
    for period in open.iter().filter(|period| period.has_seats(board)) {
        seats::take(conn, board, &period.period, &scoring(&period.period), now).await?;
    }
    let open: Vec<String> = open.into_iter().map(|period| period.period).collect();
    // A return takes from what was counted long before.
    let anew: BTreeSet<MemberId> = counting
        .iter()
        .filter(|event| !board.is_added_to() || event.kind != EventKind::PointsEarned)
        .map(|event| event.member_id)
        .collect();
    let further: BTreeSet<(MemberId, String)> = counting
        .iter()
        .filter(|event| !anew.contains(&event.member_id))
        .flat_map(|event| days[&day(event)].iter().map(|period| (event.member_id, period.key.clone())))
        .filter(|(_, period)| open.contains(period))
        .collect();
    store::count(conn, &board.leaderboard, &Vec::from_iter(anew), Some(&open), &further).await
}

fn counts(board: &Board, event: &Event) -> bool {
    let about = || event.body.as_ref().and_then(|body| body["challenge"].as_str());
    match (board.metric, event.kind) {
        (Metric::Points, EventKind::PointsEarned | EventKind::PointsReturned) => event.points != 0,
        (Metric::Visits, EventKind::PointsEarned)
        | (Metric::Challenge, EventKind::PointsEarned | EventKind::PointsReturned) => true,
        (Metric::Challenge, EventKind::ChallengeJoined) => about() == board.challenge.as_deref(),
        (Metric::Badges, kind) => kind.as_str().starts_with("badge_"),
        _ => false,
    }
}

async fn fill(conn: &mut PgConnection, kept: &Kept, now: &Now) -> Result<()> {
    let board = &kept.board;
    if kept.filled_through.is_none() {
        let today = day_of(now.at, &now.zone);
        let lasting = matches!(board.scope, Scope::Tier | Scope::Cohort);
        // Nobody knows who was in which tier or cohort before there were seats.
        let first = if lasting { Some(now.at) } else { store::boards::first_fact(conn).await? };
        let first = first.map_or(today, |first| day_of(first, &now.zone));
        let all = since(first, today, &board.periods, board.seasons(&now.seasons));
        store::boards::insert_periods(conn, &board.leaderboard, &all, now).await?;
    }
    let members = store::boards::members_after(conn, kept.filled_through, FILL).await?;
    let open = store::boards::open_periods(conn, &board.leaderboard, None).await?;
    for period in open.iter().filter(|period| period.has_seats(board)) {
        let scoring = store::boards::scoring(conn, board.metric.as_str(), &members, period).await?;
        seats::take(conn, board, &period.period, &scoring, now).await?;
    }
    store::recount(conn, &board.leaderboard, &members, None).await?;
    let done = i64::try_from(members.len()).unwrap_or(i64::MAX) < FILL;
    store::boards::set_filled(conn, &board.leaderboard, members.last().copied(), done.then_some(now.at)).await
}

/// All periods of these kinds that have a day between two.
fn since(first: Date, today: Date, kinds: &[PeriodKind], seasons: &[Season]) -> Vec<Period> {
    let mut all: BTreeMap<String, Period> = BTreeMap::new();
    let mut day = first;
    while day <= today {
        all.extend(periods(day, kinds, &[]).into_iter().map(|period| (period.key.clone(), period)));
        day = day.saturating_add(1.day());
    }
    if kinds.contains(&PeriodKind::Season) {
        let begun = seasons.iter().filter(|season| season.starts_on <= today);
        all.extend(begun.map(season).map(|period| (period.key.clone(), period)));
    }
    all.into_values().collect()
}

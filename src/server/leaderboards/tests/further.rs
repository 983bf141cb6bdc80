//! Boards of points go on from where they had counted to: whatever comes between, they end as if everything
//! had been counted at once, and the beginning of a long history is not read again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, ToSpan};
use sqlx::PgPool;

use super::{board, challenge::brings_back, close, editing, follow, holds, purchase, staff};
use crate::{
    domain::{
        ids::MemberId,
        leaderboard::{
            board::{Metric, Scope},
            period::PeriodKind,
        },
    },
    server::{
        badges::{Chance, seed},
        context::Context,
        earning::{Outcome, record},
        events,
        leaderboards::{apply, come_back, leave},
        testing::{context, wait},
        verify::verify,
    },
};

const PERIODS: [PeriodKind; 3] = [PeriodKind::Week, PeriodKind::Month, PeriodKind::All];

/// Tells of some of what waits in the outbox, so that more has happened than was told.
async fn tell(ctx: &Context, most: i64) {
    let mut tx = ctx.pool.begin().await.expect("a transaction");
    let told = events::take(&mut tx, most).await.expect("events").events;
    apply(ctx, &mut tx, &told).await.expect("applied");
    tx.commit().await.expect("committed");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn whatever_comes_between_it_ends_as_counted_at_once(pool: PgPool) {
    let ctx = context(pool).await;
    let by = [
        ("tiers", Scope::Tier, &PERIODS[..2]),
        ("stores", Scope::Store, &PERIODS[..]),
        ("leagues", Scope::Cohort, &PERIODS[..1]),
    ];
    for (name, scope, periods) in by {
        let made = board(name, Metric::Points, scope, periods);
        editing::make(&ctx, &staff(), &made).await.expect("a board");
    }
    follow(&ctx).await;
    let seed = seed();
    eprintln!("LAUREL_SEED={seed}");
    let mut chance = Chance(seed);
    let mut known: BTreeMap<String, MemberId> = BTreeMap::new();
    // Some never bring anything back.
    let mut bought = Vec::new();
    for step in 0..300 {
        match chance.below(20) {
            0 if !bought.is_empty() => {
                let place = usize::try_from(chance.below(bought.len() as u64)).expect("small");
                let document: String = bought.swap_remove(place);
                brings_back(&ctx, &document).await;
            }
            1 | 2 => {
                let place = usize::try_from(chance.below(8)).expect("small");
                if let Some(member) = known.values().nth(place) {
                    if chance.below(2) == 0 {
                        leave(&ctx, *member).await
                    } else {
                        come_back(&ctx, *member).await
                    }
                    .expect("on or off");
                }
            }
            3..=8 => tell(&ctx, 1 + chance.number(6)).await,
            9 => close(&ctx).await,
            _ => {
                wait(&ctx, SignedDuration::from_hours(chance.number(8)));
                let (document, who) = (format!("p-{step}"), format!("m-{}", chance.below(8)));
                let back = (chance.number(70) * 24 + chance.number(24)).hours();
                let at = ctx.clock.now() - if chance.below(3) == 0 { back } else { 1.hours() };
                let store = Some(chance.one(&["north", "south"]));
                let sent = purchase(&document, &who, store, 1 + chance.number(90), at);
                let done = record(&ctx, &[sent]).await.expect("recorded").remove(0);
                let Outcome::New(receipt) = done else { panic!("expected a new purchase, not {done:?}") };
                if who.as_str() < "m-4" {
                    bought.push(document);
                }
                known.insert(who, receipt.member_id);
            }
        }
    }
    follow(&ctx).await;
    holds(&ctx).await;
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds(), "seed {seed}: {report:#?}");
}

/// What was counted is not counted again: were it read from the beginning, the score would be right.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn only_what_is_new_is_counted(pool: PgPool) {
    let ctx = context(pool).await;
    let now = ctx.clock.now();
    let buys = async |document: &str| {
        record(&ctx, &[purchase(document, "m", None, 10, now)]).await.expect("recorded");
        follow(&ctx).await;
    };
    let scores = async || -> Vec<i64> {
        let all = sqlx::query_scalar(
            "select score from leaderboard_scores join leaderboard_lists using (list)
             where period = 'all'",
        );
        all.fetch_all(&ctx.pool).await.expect("scores")
    };
    buys("first").await;
    assert_eq!(scores().await, [100]);
    let wrong = "update leaderboard_scores set score = 7";
    sqlx::query(wrong).execute(&ctx.pool).await.expect("updated");
    buys("second").await;
    assert_eq!(scores().await, [107], "added to what was there");
    brings_back(&ctx, "second").await;
    follow(&ctx).await;
    assert_eq!(scores().await, [100], "a return is counted from the beginning");
}

/// Neither is it for the first score in a new period, which says only what lies in that.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_new_period_begins_with_what_is_new(pool: PgPool) {
    let ctx = context(pool).await;
    let buys = async |document: &str, hours: i64| {
        let at = ctx.clock.now() - hours.hours();
        record(&ctx, &[purchase(document, "m", None, 10, at)]).await.expect("recorded");
        follow(&ctx).await;
    };
    buys("before", 0).await;
    sqlx::query("update leaderboard_scores set score = 7").execute(&ctx.pool).await.expect("updated");
    wait(&ctx, SignedDuration::from_hours(48));
    buys("late", 48).await;
    buys("first", 0).await;
    let scores: Vec<(String, i64)> = sqlx::query_as(
        "select period, score from leaderboard_scores join leaderboard_lists using (list) order by period",
    )
    .fetch_all(&ctx.pool)
    .await
    .expect("scores");
    let is = |period: &str, score: i64| (period.to_owned(), score);
    assert_eq!(
        scores,
        [is("2026-11", 207), is("2026-W47", 107), is("2026-W48", 100), is("all", 207)],
        "nothing was read from the beginning"
    );
}

/// A score of which a return left nothing is gone, and with it when it was reached: the next one may be the
/// earlier.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn after_a_return_of_everything_it_is_counted_from_the_beginning(pool: PgPool) {
    let ctx = context(pool).await;
    let now = ctx.clock.now();
    record(&ctx, &[purchase("noon", "m", None, 10, now)]).await.expect("recorded");
    follow(&ctx).await;
    brings_back(&ctx, "noon").await;
    follow(&ctx).await;
    record(&ctx, &[purchase("earlier", "m", None, 10, now - 3.hours())]).await.expect("recorded");
    follow(&ctx).await;
    holds(&ctx).await;
}

/// Whoever has nothing in a week does not sit in it, whatever somebody else is told to have at the same time.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn only_who_scores_in_a_period_has_a_seat(pool: PgPool) {
    let ctx = context(pool).await;
    let made = board("leagues", Metric::Points, Scope::Cohort, &PERIODS[..1]);
    editing::make(&ctx, &staff(), &made).await.expect("a board");
    follow(&ctx).await;
    wait(&ctx, SignedDuration::from_hours(48));
    let now = ctx.clock.now();
    let sent = [purchase("late", "ann", None, 10, now - 36.hours()), purchase("today", "bea", None, 10, now)];
    record(&ctx, &sent).await.expect("recorded");
    follow(&ctx).await;
    let seats: Vec<String> = sqlx::query_scalar("select period from leaderboard_seats order by period")
        .fetch_all(&ctx.pool)
        .await
        .expect("seats");
    assert_eq!(seats, ["2026-W47", "2026-W48"]);
}

/// What ended before a board began is over for it, also while the boards of that time still wait for what is
/// late.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_new_board_gives_nothing_for_a_week_that_had_ended(pool: PgPool) {
    let ctx = context(pool).await;
    wait(&ctx, SignedDuration::from_hours(48));
    let made = board("leagues", Metric::Points, Scope::Cohort, &PERIODS[..1]);
    editing::make(&ctx, &staff(), &made).await.expect("a board");
    follow(&ctx).await;
    let late = ctx.clock.now() - 36.hours();
    record(&ctx, &[purchase("late", "ann", None, 10, late)]).await.expect("recorded");
    follow(&ctx).await;
    let seats: i64 = sqlx::query_scalar("select count(*) from leaderboard_seats")
        .fetch_one(&ctx.pool)
        .await
        .expect("seats");
    assert_eq!(seats, 0, "nobody competes in a week that had ended");
    wait(&ctx, SignedDuration::from_hours(48));
    close(&ctx).await;
    let closed: Vec<String> = sqlx::query_scalar(
        "select period from leaderboard_periods where leaderboard = 'leagues' and closed_at is not null",
    )
    .fetch_all(&ctx.pool)
    .await
    .expect("periods");
    assert_eq!(closed, Vec::<String>::new(), "nor are there prizes");
}

/// History that is told later comes with its returns; what was known in time is not rewritten.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_over_takes_history_with_its_returns(pool: PgPool) {
    let ctx = context(pool).await;
    let october = ctx.clock.now() - (40 * 24).hours();
    for (document, at) in [("kept", october), ("back", october), ("known", ctx.clock.now())] {
        record(&ctx, &[purchase(document, "m", None, 10, at)]).await.expect("recorded");
    }
    follow(&ctx).await;
    wait(&ctx, SignedDuration::from_hours(24 * 12));
    close(&ctx).await;
    // From now on November is a month of before.
    let visits = board("stores", Metric::Points, Scope::All, &PERIODS[1..2]);
    editing::make(&ctx, &staff(), &visits).await.expect("a board");
    brings_back(&ctx, "back").await;
    brings_back(&ctx, "known").await;
    follow(&ctx).await;
    let score = async |board: &str, period: &str| -> i64 {
        let rows = super::rows(&ctx, &super::list(board, period, "")).await;
        rows.first().map_or(0, |(.., score)| *score)
    };
    assert_eq!(score("points", "2026-10").await, 100, "taken late, and taken back");
    assert_eq!(score("points", "2026-11").await, 100, "closed");
    assert_eq!(score("stores", "2026-11").await, 100, "known in time");
    holds(&ctx).await;
}

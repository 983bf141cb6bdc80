//! Boards on a real Postgres: exact ranks, periods that close, prizes, leagues, and who is on them.

mod challenge;
mod further;
mod prizes;

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use super::{List, around, check::differences, closing::close_due, editing, fill_due, leave, page, store};
use crate::{
    domain::{
        challenge::Reward,
        ids::{AccountId, MemberId},
        leaderboard::{
            Place,
            board::{Board, Metric, Prize, Scope},
            league::CohortTerms,
            period::{PeriodKind, Season},
        },
        points::Money,
        purchase::{MemberRef, Purchase},
    },
    server::{
        context::Context,
        dispatcher,
        earning::{Outcome, record},
        identity::Staff,
        jobs::Pace,
        ledger,
        testing::{at, context, wait},
        verify::verify,
    },
};

fn staff() -> Staff {
    Staff { account_id: AccountId(uuid::Uuid::nil()), name: "Ada".to_owned() }
}

fn purchase(document: &str, member: &str, store: Option<&str>, euros: i64, at: Timestamp) -> Purchase {
    Purchase {
        source: "till".to_owned(),
        document_id: document.to_owned(),
        member: MemberRef::ExternalId(member.to_owned()),
        store: store.map(str::to_owned),
        purchased_at: at,
        amount: Money(euros * 100),
        lines: Vec::new(),
    }
}

/// Buys now, for 10 points a euro.
async fn buy(ctx: &Context, document: &str, member: &str, store: Option<&str>, euros: i64) -> MemberId {
    let sent = purchase(document, member, store, euros, ctx.clock.now());
    match record(ctx, &[sent]).await.expect("recorded").remove(0) {
        Outcome::New(receipt) => receipt.member_id,
        other => panic!("expected a new purchase, not {other:?}"),
    }
}

async fn follow(ctx: &Context) {
    while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
    while fill_due(ctx.clone()).await.expect("a step") == Pace::More {}
}

async fn close(ctx: &Context) {
    while close_due(ctx.clone()).await.expect("a step") == Pace::More {}
}

async fn holds(ctx: &Context) {
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    assert_eq!(differences(&mut conn).await.expect("a check"), Vec::new());
}

fn list(board: &str, period: &str, segment: &str) -> List {
    List { leaderboard: board.to_owned(), period: period.to_owned(), segment: segment.to_owned() }
}

async fn rows(ctx: &Context, list: &List) -> Vec<(i64, MemberId, i64)> {
    let part = page(ctx, list, None, 100).await.expect("a page");
    part.rows.iter().map(|row| (row.rank, row.member_id, row.score)).collect()
}

fn board(slug: &str, metric: Metric, scope: Scope, periods: &[PeriodKind]) -> Board {
    Board {
        leaderboard: slug.to_owned(),
        name: slug.to_owned(),
        metric,
        scope,
        periods: periods.to_vec(),
        ..Board::of_points()
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn ranks_are_those_of_a_count_for_scores_of_any_size(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let a_list = "insert into leaderboard_lists (list, leaderboard, period, segment)
        values (1, 'points', 'all', '')";
    sqlx::query(a_list).execute(&pool).await.expect("a list");
    let insert = "with m as (
            insert into members (member_id, joined_at, pseudonym)
            select gen_random_uuid(), now(), 'Nobody ' || n from generate_series(1, 400) n returning member_id
        )
        insert into leaderboard_scores
        select 1, member_id,
            (array[1 + random() * 20, 1 + random() * 70, 1 + random() * 5000, 1 + random() * 2e7,
                1 + random() * 1e15])
                [1 + floor(random() * 5)::int]::bigint,
            '2026-11-01'::timestamptz + random() * interval '3 minutes'
        from m";
    sqlx::query(insert).execute(&pool).await.expect("scores");
    sqlx::query(include_str!("store/nodes_of_scores.sql")).execute(&pool).await.expect("nodes");
    let list = List::of_points("all");
    let naive: Vec<(uuid::Uuid, i64, i64)> = sqlx::query_as(
        "select member_id, score, rank() over (order by score desc) from leaderboard_scores
         order by score desc, reached_at, member_id",
    )
    .fetch_all(&pool)
    .await
    .expect("ranks");
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let part = page(&ctx, &list, after, 37).await.expect("a page");
        assert_eq!(part.total, 400);
        let Some(last) = part.rows.last() else { break };
        after = Some(last.place());
        found.extend(part.rows.iter().map(|row| (row.member_id.0, row.score, row.rank)));
    }
    assert_eq!(found, naive);
    for at in [0, 1, 57, 200, 399] {
        let part = around(&ctx, &list, MemberId(naive[at].0), 3).await.expect("neighbours");
        let expected = &naive[at.saturating_sub(3)..(at + 4).min(400)];
        let found: Vec<_> = part.rows.iter().map(|row| (row.member_id.0, row.score, row.rank)).collect();
        assert_eq!(found, expected);
    }
}

/// A page goes on below the place where the one before ended, wherever its member is by then.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn pages_go_on_when_their_last_member_moves_or_leaves(pool: PgPool) {
    let ctx = context(pool).await;
    for (who, euros) in [("a", 50), ("b", 40), ("c", 30), ("d", 20)] {
        buy(&ctx, &format!("of-{who}"), who, None, euros).await;
    }
    follow(&ctx).await;
    let list = List::of_points("all");
    let scores = async |after: Option<Place>| -> Vec<i64> {
        let part = page(&ctx, &list, after, 2).await.expect("a page");
        part.rows.iter().map(|row| row.score).collect()
    };
    let first = page(&ctx, &list, None, 2).await.expect("a page");
    let last = first.rows.last().expect("a row");
    let after = Some(last.place());
    assert_eq!(scores(after).await, [300, 200]);
    assert_eq!(after.map(|place| place.to_string().parse()), after.map(Ok), "as it is written");
    buy(&ctx, "much", "b", None, 70).await;
    follow(&ctx).await;
    assert_eq!(scores(after).await, [300, 200], "who stands higher now is not below");
    leave(&ctx, last.member_id).await.expect("left");
    assert_eq!(scores(after).await, [300, 200]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_period_closes_after_its_grace_and_prizes_are_given_once(pool: PgPool) {
    let ctx = context(pool).await;
    let month = |from_rank, to_rank, points| Prize {
        kind: PeriodKind::Month,
        from_rank,
        to_rank,
        wins: Reward::Points(points),
    };
    let prized = Board { prizes: vec![month(1, 1, 500), month(2, 3, 100)], ..Board::of_points() };
    editing::change(&ctx, &staff(), &prized, 1).await.expect("prizes");
    let stale = editing::change(&ctx, &staff(), &Board { name: "X".into(), ..prized }, 1).await;
    assert!(stale.is_err(), "an edit of an older version is refused");
    let ann = buy(&ctx, "a", "ann", None, 50).await;
    let bea = buy(&ctx, "b", "bea", None, 40).await;
    let cis = buy(&ctx, "c", "cis", None, 40).await;
    let dot = buy(&ctx, "d", "dot", None, 10).await;
    follow(&ctx).await;
    // On the first of December, in the grace: what comes late counts, and nothing is given yet.
    ctx.clock.set(at("2026-12-01T12:00:00Z"));
    close(&ctx).await;
    let november = at("2026-11-30T20:00:00Z");
    record(&ctx, &[purchase("late", "dot", None, 5, november)]).await.expect("recorded");
    ctx.clock.set(at("2026-12-02T08:00:00Z"));
    close(&ctx).await;
    assert_eq!(
        ledger::balances(&ctx, ann).await.expect("balances").available,
        500,
        "what came in time still waits"
    );
    follow(&ctx).await;
    let expected = vec![(1, ann, 500), (2, bea, 400), (2, cis, 400), (4, dot, 150)];
    assert_eq!(rows(&ctx, &List::of_points("2026-11")).await, expected);
    assert_eq!(ledger::balances(&ctx, ann).await.expect("balances").available, 500);
    // A day later it is closed, and what comes now changes nothing of it but the board of all time.
    record(&ctx, &[purchase("too late", "dot", None, 900, november)]).await.expect("recorded");
    follow(&ctx).await;
    close(&ctx).await;
    close(&ctx).await;
    assert_eq!(rows(&ctx, &List::of_points("2026-11")).await, expected);
    assert_eq!(rows(&ctx, &List::of_points("all")).await[0].1, dot);
    for (member, points) in [(ann, 1_000), (bea, 500), (cis, 500)] {
        assert_eq!(ledger::balances(&ctx, member).await.expect("balances").available, points);
    }
    let board = super::board(&ctx, "points").await.expect("a board");
    let history = super::history(&ctx, &board, ("", ann), 5).await.expect("history");
    let november = history.iter().find(|past| past.period.period == "2026-11").expect("November");
    assert_eq!((november.period.closed, november.place), (true, Some((1, 4))));
    let won = november.winners.iter().map(|winner| winner.won.as_ref().expect("a prize").worth.clone());
    assert_eq!(won.collect::<Vec<_>>(), [500, 100, 100].map(Reward::Points));
    let told: String =
        sqlx::query_scalar("select min(reason) from ledger_entries where reason like 'Rank 1%'")
            .fetch_one(&ctx.pool)
            .await
            .expect("a reason");
    assert_eq!(told, "Rank 1 of Points earned, November 2026");
    holds(&ctx).await;
    assert!(verify(&ctx).await.expect("a report").holds());
}

/// Also for who leaves and is back; what ran on stays no longer.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_board_that_goes_by_weeks_keeps_the_months_that_were_closed(pool: PgPool) {
    let ctx = context(pool).await;
    let ann = buy(&ctx, "a", "ann", None, 50).await;
    follow(&ctx).await;
    ctx.clock.set(at("2026-12-02T08:00:00Z"));
    close(&ctx).await;
    buy(&ctx, "b", "ann", None, 10).await;
    follow(&ctx).await;
    let weeks =
        Board { periods: vec![PeriodKind::Week], ..super::board(&ctx, "points").await.expect("a board") };
    editing::change(&ctx, &staff(), &weeks, 1).await.expect("weeks");
    follow(&ctx).await;
    holds(&ctx).await;
    leave(&ctx, ann).await.expect("gone");
    super::come_back(&ctx, ann).await.expect("back");
    assert_eq!(rows(&ctx, &List::of_points("2026-11")).await, vec![(1, ann, 500)]);
    assert_eq!(rows(&ctx, &List::of_points("2026-W49")).await, vec![(1, ann, 100)]);
    let named = async |text: &str| {
        let today = "2026-12-02".parse().expect("a day");
        let found = super::period(&ctx, &weeks, &[], (text, today)).await.expect("asked");
        found.map(|period| period.words())
    };
    assert_eq!(named("2026-11").await.as_deref(), Some("November 2026"));
    assert_eq!((named("2026-12").await, named("all").await), (None, None), "what is not kept");
    holds(&ctx).await;
    assert!(verify(&ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn boards_count_visits_and_badges_by_store_and_tier(pool: PgPool) {
    let ctx = context(pool).await;
    let ann = buy(&ctx, "1", "ann", Some("Harbour"), 10).await;
    buy(&ctx, "2", "ann", Some("Market"), 20).await;
    let bea = buy(&ctx, "3", "bea", Some("Harbour"), 30).await;
    follow(&ctx).await;
    let month = [PeriodKind::Month];
    for made in [
        board("visits", Metric::Visits, Scope::All, &[PeriodKind::Month, PeriodKind::All]),
        board("stores", Metric::Points, Scope::Store, &month),
        board("tiers", Metric::Points, Scope::Tier, &month),
        board("badges", Metric::Badges, Scope::All, &month),
    ] {
        editing::make(&ctx, &staff(), &made).await.expect("made");
    }
    assert!(
        editing::make(&ctx, &staff(), &board("visits", Metric::Points, Scope::All, &month)).await.is_err()
    );
    // A new board is filled from the journal.
    follow(&ctx).await;
    holds(&ctx).await;
    let check = async |euros: i64, visits: i64| {
        assert_eq!(rows(&ctx, &list("visits", "2026-11", "")).await[0], (1, ann, visits));
        let harbour = rows(&ctx, &list("stores", "2026-11", "Harbour")).await;
        assert_eq!(harbour, vec![(1, bea, 300), (2, ann, 100 + euros * 10)]);
        assert_eq!(rows(&ctx, &list("stores", "2026-11", "Market")).await, vec![(1, ann, 200)]);
        assert_eq!(rows(&ctx, &list("badges", "2026-11", "")).await.len(), 2);
        assert_eq!(rows(&ctx, &list("tiers", "2026-11", "bronze")).await.len(), 2);
    };
    check(0, 1).await;
    let lists = [("stores", "Market", "Moon"), ("tiers", "bronze", "plutonium"), ("visits", "", "Market")];
    for (slug, there, nowhere) in lists {
        let board = super::board(&ctx, slug).await.expect("a board");
        assert!(super::can_be(&ctx, &board, there).await.expect("known"), "{slug} {there}");
        assert!(!super::can_be(&ctx, &board, nowhere).await.expect("known"), "{slug} {nowhere}");
    }
    wait(&ctx, SignedDuration::from_hours(24));
    buy(&ctx, "4", "ann", Some("Harbour"), 5).await;
    buy(&ctx, "5", "ann", Some("Harbour"), 6).await;
    follow(&ctx).await;
    check(11, 2).await;
    holds(&ctx).await;
    editing::close(&ctx, &staff(), "visits").await.expect("closed");
    assert!(editing::close(&ctx, &staff(), "visits").await.is_err());
    assert_eq!(super::boards(&ctx).await.expect("boards").0.len(), 4);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_season_counts_what_happened_in_it_before_it_was_named(pool: PgPool) {
    let ctx = context(pool).await;
    let ann = buy(&ctx, "1", "ann", None, 10).await;
    let seasons = board("seasons", Metric::Points, Scope::All, &[PeriodKind::Season]);
    editing::make(&ctx, &staff(), &seasons).await.expect("made");
    follow(&ctx).await;
    let day = |text: &str| text.parse().expect("a day");
    let autumn = Season {
        season: "autumn".to_owned(),
        name: "Autumn".to_owned(),
        starts_on: day("2026-09-01"),
        ends_on: day("2026-11-30"),
        closes_on: None,
    };
    editing::make_season(&ctx, &staff(), &autumn).await.expect("named");
    let refused = async |season: Season| {
        editing::make_season(&ctx, &staff(), &season).await.expect_err("refused").in_full()
    };
    assert!(refused(Season { season: "2026-11".into(), ..autumn.clone() }).await.contains("small letters"));
    // A day counts in one season only, the first and the last day too.
    for (starts_on, ends_on, field) in [
        ("2026-11-30", "2027-01-31", "starts_on"),
        ("2026-08-01", "2026-09-01", "ends_on"),
        ("2026-08-01", "2027-08-01", "starts_on"),
        ("2026-10-01", "2026-10-01", "starts_on"),
    ] {
        let (starts_on, ends_on) = (day(starts_on), day(ends_on));
        let told = refused(Season { season: "other".into(), starts_on, ends_on, ..autumn.clone() }).await;
        let words = "Autumn goes from 1 September 2026 to 30 November 2026";
        assert!(told.contains(&format!("{field}: ")) && told.contains(words), "{told}");
    }
    let (starts_on, ends_on) = (day("2026-12-01"), day("2027-02-28"));
    let winter = Season { season: "winter".into(), starts_on, ends_on, ..autumn.clone() };
    editing::make_season(&ctx, &staff(), &winter).await.expect("the day after");
    let far =
        Season { season: "far".into(), starts_on: day("9999-12-01"), ends_on: day("9999-12-31"), ..autumn };
    assert!(refused(far).await.contains("9990"));
    follow(&ctx).await;
    assert_eq!(rows(&ctx, &list("seasons", "autumn", "")).await, vec![(1, ann, 100)]);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn cohorts_fill_and_their_first_go_up(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let cohorts = CohortTerms { size: 5, promote: 2, demote: 1, leagues: 3 };
    let league = Board { cohorts, ..board("league", Metric::Points, Scope::Cohort, &[PeriodKind::Week]) };
    editing::make(&ctx, &staff(), &league).await.expect("made");
    follow(&ctx).await;
    let mut members = Vec::new();
    for n in 0..7_i64 {
        members.push(buy(&ctx, &format!("w1-{n}"), &format!("m-{n}"), None, 10 + n).await);
        follow(&ctx).await;
    }
    let first = rows(&ctx, &list("league", "2026-W47", "0-1")).await;
    let second = rows(&ctx, &list("league", "2026-W47", "0-2")).await;
    assert_eq!((first.len(), second.len()), (5, 2));
    assert_eq!(first[0], (1, members[4], 140));
    // In the next week, before the last one is closed, who was first sits in the lowest league still.
    ctx.clock.set(at("2026-11-23T12:00:00Z"));
    buy(&ctx, "w2-4", "m-4", None, 9).await;
    buy(&ctx, "w2-0", "m-0", None, 8).await;
    follow(&ctx).await;
    assert_eq!(rows(&ctx, &list("league", "2026-W48", "0-1")).await.len(), 2);
    ctx.clock.set(at("2026-11-24T12:00:00Z"));
    close(&ctx).await;
    assert_eq!(rows(&ctx, &list("league", "2026-W48", "1-1")).await, vec![(1, members[4], 90)]);
    assert_eq!(rows(&ctx, &list("league", "2026-W48", "0-1")).await, vec![(1, members[0], 80)]);
    let mut conn = pool.acquire().await.expect("a connection");
    let up = store::seats::leagues(&mut conn, "league", &members).await.expect("leagues");
    let up: Vec<MemberId> =
        up.into_iter().filter(|(_, league)| *league == 1).map(|(member, _)| member).collect();
    assert_eq!(up.len(), 4, "two of each cohort");
    assert!([3, 4, 5, 6].iter().all(|n| up.contains(&members[*n])));
    drop(conn);
    // It stays as it ended, with the place of whoever looks, in the cohort of that time.
    let board = super::board(&ctx, "league").await.expect("a board");
    let past = super::history(&ctx, &board, ("1-1", members[4]), 5).await.expect("history");
    assert_eq!(past.len(), 1);
    assert_eq!((past[0].segment.as_str(), past[0].place, past[0].period.closed), ("0-1", Some((1, 5)), true));
    let past = super::history(&ctx, &board, ("1-1", members[5]), 5).await.expect("history");
    assert_eq!((past[0].segment.as_str(), past[0].place), ("0-2", Some((2, 2))));
    // Each hears of it, once.
    follow(&ctx).await;
    let told: Vec<(uuid::Uuid, String)> =
        sqlx::query_as("select member_id, heading from moments where kind = 'promotion' order by 1")
            .fetch_all(&pool)
            .await
            .expect("moments");
    let mut expected: Vec<uuid::Uuid> = [3, 4, 5, 6].iter().map(|n| members[*n].0).collect();
    expected.sort_unstable();
    assert_eq!(told.iter().map(|(member, _)| *member).collect::<Vec<_>>(), expected);
    assert!(told.iter().all(|(_, heading)| heading == "You are in the Bronze league now"), "{told:?}");
    close(&ctx).await;
    follow(&ctx).await;
    let again: i64 = sqlx::query_scalar("select count(*) from moments where kind = 'promotion'")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(again, 4);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_is_kept_off_the_boards_is_on_none_and_cannot_come_back_alone(pool: PgPool) {
    let ctx = context(pool).await;
    let ann = buy(&ctx, "1", "ann", None, 10).await;
    let bea = buy(&ctx, "2", "bea", None, 5).await;
    follow(&ctx).await;
    let all = List::of_points("all");
    editing::exclude(&ctx, &staff(), ann, true).await.expect("excluded");
    assert_eq!(rows(&ctx, &all).await, vec![(1, bea, 50)]);
    let refused = super::come_back(&ctx, ann).await.expect_err("kept off").in_full();
    assert!(refused.starts_with("The shop keeps this account off"), "{refused}");
    let nobody = MemberId(crate::server::context::new_id());
    let unknown = editing::exclude(&ctx, &staff(), nobody, true).await.expect_err("nobody").in_full();
    assert!(unknown.starts_with("This member was not found"), "{unknown}");
    buy(&ctx, "3", "ann", None, 10).await;
    follow(&ctx).await;
    assert_eq!(rows(&ctx, &all).await, vec![(1, bea, 50)]);
    holds(&ctx).await;
    editing::exclude(&ctx, &staff(), ann, false).await.expect("admitted");
    assert_eq!(rows(&ctx, &all).await, vec![(1, ann, 200), (2, bea, 50)]);
    leave(&ctx, bea).await.expect("left");
    assert_eq!(rows(&ctx, &all).await, vec![(1, ann, 200)]);
    holds(&ctx).await;
}

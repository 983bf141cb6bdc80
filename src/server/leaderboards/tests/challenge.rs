//! Boards by the progress of a challenge: what they count equals the counters of badges, which are counted
//! step by step and know nothing of boards.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use super::{board, buy, close, follow, holds, list, purchase, rows, staff};
use crate::{
    domain::{
        badge::Revoke,
        challenge::{Join, Progress, Reward},
        earning::Audience,
        ids::{AccountId, MemberId},
        leaderboard::{
            board::{Board, Metric, Prize, Scope},
            period::PeriodKind,
        },
        returns::{Return, What},
    },
    server::{
        badges::{Chance, seed, stream},
        challenges::{self, COUNT, TEA, challenge, editing::end, fill, live, step, with},
        context::{Context, new_id},
        earning::record,
        events::{self, Event, EventKind},
        identity::Member,
        leaderboards::{editing, history},
        ledger, returns,
        testing::{at, context},
        verify::verify,
    },
};

const ALL_TIME: (&str, &str) = ("2026-08-25", "2026-11-22");
const CATEGORIES: &str = r#"{"on":["purchase"],"measure":{"distinct":"category"}}"#;
const DEEDS: &str = r#"{"on":["review","visit"],"measure":"count"}"#;

fn of(name: &str) -> Board {
    let made = board(name, Metric::Challenge, Scope::All, &[PeriodKind::Season]);
    Board { challenge: Some(name.to_owned()), ..made }
}

async fn make(ctx: &Context, names: &[&str]) {
    for name in names {
        editing::make(ctx, &staff(), &of(name)).await.expect("a board");
    }
    follow(ctx).await;
}

async fn members(ctx: &Context) -> Vec<MemberId> {
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("select member_id from members order by member_id")
        .fetch_all(&ctx.pool)
        .await
        .expect("members");
    ids.into_iter().map(MemberId).collect()
}

/// Somebody joins as if on some day; the boards are told as when they join today.
async fn joins(ctx: &Context, chance: &mut Chance, name: &str) {
    let all = members(ctx).await;
    let member = all[usize::try_from(chance.below(all.len() as u64)).expect("small")];
    let day: Date = "2026-08-22".parse().expect("a day");
    let day = day.saturating_add(jiff::Span::new().days(chance.number(88)));
    sqlx::query("insert into challenge_enrolments values ($1, $2, $3, $4) on conflict do nothing")
        .bind(member.0)
        .bind(name)
        .bind(ctx.clock.now().to_sqlx())
        .bind(day.to_sqlx())
        .execute(&ctx.pool)
        .await
        .expect("joined");
    let body = Some(serde_json::json!({ "challenge": name }));
    let (kind, effective_at) = (EventKind::ChallengeJoined, ctx.clock.now());
    let event = Event { kind, member_id: member, points: 0, effective_at, body };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    events::publish(&mut conn, &[event], ctx.clock.now()).await.expect("published");
}

/// What the counters say of challenges with one step that nobody can complete.
async fn counted(ctx: &Context) -> BTreeMap<(String, MemberId), i64> {
    let mut counted = BTreeMap::new();
    for member in members(ctx).await {
        for one in challenges::of_member(ctx, member).await.expect("read") {
            counted.insert((one.challenge.challenge, member), one.progress[0]);
        }
    }
    counted
}

async fn agrees(ctx: &Context, name: &str, told: &str, expected: impl Fn(MemberId) -> i64) -> usize {
    let expected: Vec<(MemberId, i64)> =
        members(ctx).await.into_iter().map(|member| (member, expected(member))).collect();
    let better = |score| expected.iter().filter(|(_, other)| *other > score).count();
    let mut ranked: Vec<(i64, MemberId, i64)> = expected
        .iter()
        .filter(|(_, score)| *score > 0)
        .map(|(member, score)| (i64::try_from(better(*score)).expect("few") + 1, *member, *score))
        .collect();
    let mut found = rows(ctx, &list(name, name, "")).await;
    ranked.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, ranked, "{name}: {told}");
    found.len()
}

async fn agree_in(pool: PgPool, zone: &str) {
    let ctx = context(pool).await;
    let seed = seed();
    let told = format!("LAUREL_SEED={seed} in {zone}");
    println!("{told}");
    sqlx::query("update programs set time_zone = $1").bind(zone).execute(&ctx.pool).await.expect("a zone");
    let mut chance = Chance(seed);
    let single = |name: &str, metric: &str, join, progress| {
        with(challenge(name, ALL_TIME, vec![step(metric, 1_000_000)]), |rule| {
            (rule.join, rule.progress) = (join, progress);
        })
    };
    let (all, window) = (Join::Automatic, Progress::Window);
    let mixed = vec![step(CATEGORIES, 2), step(TEA, 1_100), step(DEEDS, 3)];
    live(
        &ctx,
        vec![
            single("categories", CATEGORIES, all, window),
            single("tea", TEA, all, window),
            single("deeds", DEEDS, all, window),
            single("largest", r#"{"on":["purchase"],"measure":{"max":"amount"}}"#, all, window),
            single("local", r#"{"on":["purchase"],"measure":"count","by":"store"}"#, all, window),
            single("since", COUNT, Join::OptIn, Progress::Enrolment),
            single("joined", COUNT, Join::OptIn, window),
            with(challenge("mixed", ALL_TIME, mixed), |rule| {
                (rule.join, rule.rounds, rule.revoke) = (all, 2, Revoke::OnReversal);
            }),
        ],
    )
    .await;
    fill(&ctx).await;
    stream(&ctx, &mut chance, 0, 10).await;
    // Some boards follow what happens, the others are made over it.
    let (early, late) = (["tea", "largest", "since", "mixed"], ["categories", "deeds", "local", "joined"]);
    make(&ctx, &early).await;
    for part in 1..7 {
        stream(&ctx, &mut chance, part * 20, 10).await;
        joins(&ctx, &mut chance, "since").await;
        joins(&ctx, &mut chance, "joined").await;
        follow(&ctx).await;
    }
    make(&ctx, &late).await;
    stream(&ctx, &mut chance, 200, 10).await;
    follow(&ctx).await;
    holds(&ctx).await;
    let counted = counted(&ctx).await;
    let of = |name: &str, member| counted.get(&(name.to_owned(), member)).copied().unwrap_or_default();
    let mut places = 0;
    for name in early.iter().chain(&late).filter(|name| **name != "mixed") {
        places += agrees(&ctx, name, &told, |member| of(name, member)).await;
    }
    let part = |value: i64, target: i64| (value * 100 / target).min(200);
    places += agrees(&ctx, "mixed", &told, |member| {
        let parts = [("categories", 2), ("tea", 1_100), ("deeds", 3)];
        parts.iter().map(|(name, target)| part(of(name, member), *target)).sum()
    })
    .await;
    assert!(places > 20, "{told}: only {places} places prove little");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn boards_of_challenges_agree_with_the_counters_in_amsterdam(pool: PgPool) {
    agree_in(pool, "Europe/Amsterdam").await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn boards_of_challenges_agree_with_the_counters_in_auckland(pool: PgPool) {
    agree_in(pool, "Pacific/Auckland").await;
}

async fn automatic(ctx: &Context, name: &str, days: (&str, &str)) {
    let all = with(challenge(name, days, vec![step(COUNT, 2)]), |rule| rule.join = Join::Automatic);
    live(ctx, vec![all]).await;
    fill(ctx).await;
}

pub(super) async fn brings_back(ctx: &Context, document: &str) {
    let everything = Return {
        source: "till".to_owned(),
        document_id: format!("back-{document}"),
        purchase_id: document.to_owned(),
        returned_at: ctx.clock.now(),
        what: What::Everything,
    };
    returns::record(ctx, &everything).await.expect("returned");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_board_is_closed_with_its_challenge_and_its_prizes_are_given_once(pool: PgPool) {
    let ctx = context(pool).await;
    automatic(&ctx, "race", ("2026-11-01", "2026-11-22")).await;
    let prize = Prize { kind: PeriodKind::Season, from_rank: 1, to_rank: 1, wins: Reward::Points(500) };
    let raced = Board { prizes: vec![prize], ..of("race") };
    editing::make(&ctx, &staff(), &raced).await.expect("a board");
    for document in ["a-1", "a-2", "a-3"] {
        buy(&ctx, document, "ann", None, 1).await;
    }
    let ann = buy(&ctx, "a-4", "ann", None, 1).await;
    let bea = buy(&ctx, "b-1", "bea", None, 1).await;
    brings_back(&ctx, "a-4").await;
    follow(&ctx).await;
    let race = list("race", "race", "");
    assert_eq!(rows(&ctx, &race).await, vec![(1, ann, 3), (2, bea, 1)], "a return takes from it");
    // Two weeks after its days: what is told late counts for a week, as in the challenge.
    let in_time = at("2026-11-21T12:00:00Z");
    let late = |document: &str| purchase(document, "bea", None, 1, in_time);
    ctx.clock.set(at("2026-11-28T20:00:00Z"));
    close(&ctx).await;
    record(&ctx, &[late("b-2"), late("b-3"), late("b-4")]).await.expect("recorded");
    follow(&ctx).await;
    assert_eq!(rows(&ctx, &race).await, vec![(1, bea, 4), (2, ann, 3)]);
    ctx.clock.set(at("2026-11-28T23:02:00Z"));
    record(&ctx, &[late("b-5")]).await.expect("recorded");
    brings_back(&ctx, "b-2").await;
    close(&ctx).await;
    follow(&ctx).await;
    close(&ctx).await;
    close(&ctx).await;
    let ended = vec![(1, bea, 4), (2, ann, 3)];
    assert_eq!(rows(&ctx, &race).await, ended);
    // Neither does leaving and coming back change what is closed.
    super::leave(&ctx, bea).await.expect("left");
    crate::server::leaderboards::come_back(&ctx, bea).await.expect("back");
    assert_eq!(rows(&ctx, &race).await, ended);
    let adjusted: Vec<i64> =
        sqlx::query_scalar("select available_delta from ledger_entries where reason like 'Rank 1 of race%'")
            .fetch_all(&ctx.pool)
            .await
            .expect("entries");
    assert_eq!(adjusted, [500]);
    assert!(ledger::balances(&ctx, bea).await.expect("balances").available >= 500);
    let board = crate::server::leaderboards::board(&ctx, "race").await.expect("a board");
    let past = history(&ctx, &board, ("", bea), 5).await.expect("history");
    assert_eq!((past.len(), past[0].period.closed, past[0].place), (1, true, Some((1, 2))));
    holds(&ctx).await;
    assert!(verify(&ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_ended_early_is_closed_at_once(pool: PgPool) {
    let ctx = context(pool).await;
    automatic(&ctx, "race", ("2026-11-01", "2026-12-22")).await;
    make(&ctx, &["race"]).await;
    let ann = buy(&ctx, "a-1", "ann", None, 1).await;
    super::wait(&ctx, jiff::SignedDuration::from_mins(1));
    end(&ctx, &staff(), "race").await.expect("ended");
    super::wait(&ctx, jiff::SignedDuration::from_mins(2));
    buy(&ctx, "a-2", "ann", None, 1).await;
    close(&ctx).await;
    follow(&ctx).await;
    close(&ctx).await;
    assert_eq!(rows(&ctx, &list("race", "race", "")).await, vec![(1, ann, 1)]);
    let closed: bool =
        sqlx::query_scalar("select closed_at is not null from leaderboard_periods where period = 'race'")
            .fetch_one(&ctx.pool)
            .await
            .expect("the period");
    assert!(closed);
    holds(&ctx).await;
    // There is no other board of it any more.
    assert!(
        editing::make(&ctx, &staff(), &Board { leaderboard: "again".to_owned(), ..of("race") })
            .await
            .is_err()
    );
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_joins_comes_with_what_they_did_and_the_first_to_be_done_stands_first(pool: PgPool) {
    let ctx = context(pool).await;
    let days = ("2026-11-01", "2026-12-01");
    let steps = vec![step(COUNT, 2), step(DEEDS, 1)];
    let race = with(challenge("race", days, steps), |rule| rule.progress = Progress::Window);
    let local = with(challenge("local", days, vec![step(COUNT, 2)]), |rule| {
        (rule.join, rule.audience) =
            (Join::Automatic, Audience { tag: vec!["neighbours".to_owned()], ..Audience::default() });
    });
    live(&ctx, vec![race, local]).await;
    fill(&ctx).await;
    make(&ctx, &["race"]).await;
    let offered = editing::challenges(&ctx, &staff()).await.expect("read");
    assert_eq!(offered, [("race".to_owned(), "race".to_owned())], "who is a neighbour is not known for ever");
    assert!(editing::make(&ctx, &staff(), &of("local")).await.is_err());
    let mut bought = Vec::new();
    for (document, who, when) in [
        ("b-1", "bea", "2026-11-10T10:00:00Z"),
        ("a-1", "ann", "2026-11-11T10:00:00Z"),
        ("a-2", "ann", "2026-11-12T10:00:00Z"),
        ("b-2", "bea", "2026-11-13T10:00:00Z"),
        // More than is asked for moves nobody down.
        ("a-3", "ann", "2026-11-14T10:00:00Z"),
    ] {
        bought.push(purchase(document, who, None, 1, at(when)));
    }
    record(&ctx, &bought).await.expect("recorded");
    follow(&ctx).await;
    let race = list("race", "race", "");
    assert_eq!(rows(&ctx, &race).await, Vec::new());
    let all = members(&ctx).await;
    for member_id in &all {
        let member = Member { member_id: *member_id, account_id: AccountId(new_id()) };
        challenges::join(&ctx, &member, "race").await.expect("joined");
        challenges::join(&ctx, &member, "race").await.expect("again is the same");
    }
    follow(&ctx).await;
    let ann = buy(&ctx, "a-4", "ann", None, 1).await;
    let bea = all.into_iter().find(|member| *member != ann).expect("two members");
    follow(&ctx).await;
    let page = super::page(&ctx, &race, None, 10).await.expect("a page");
    let found: Vec<_> = page.rows.iter().map(|row| (row.rank, row.member_id, row.score)).collect();
    assert_eq!(found, vec![(1, ann, 100), (1, bea, 100)]);
    holds(&ctx).await;
}

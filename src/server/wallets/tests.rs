//! Several wallets, moves between them, and wallets that are frozen.

use jiff::SignedDuration;
use sqlx::PgPool;

use super::*;
use crate::{
    domain::ids::AccountId,
    server::{
        holds::{self, NewHold},
        members::{self, NewMember},
        points::{Adjustment, adjust, adjust_in},
        testing::{at, context},
        transfers::{NewTransfer, transfer},
        verify::verify,
    },
};

fn staff() -> Staff {
    Staff { account_id: AccountId(new_id()), name: "Ines".to_owned() }
}

async fn member_with(ctx: &Context, points: i64) -> MemberId {
    let (member_id, now) = (MemberId(new_id()), ctx.clock.now());
    let new = NewMember { member_id, display_name: "Maya".into(), joined_at: now };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    members::create(&mut conn, &[new], now).await.expect("a member");
    adjust(ctx, &staff(), member_id, points, "To begin with", &new_id().to_string()).await.expect("points");
    member_id
}

fn credit(expiry: Expiry) -> WalletKind {
    WalletKind {
        wallet: "credit".to_owned(),
        name: "Store credit".to_owned(),
        unit_one: "cent".to_owned(),
        unit_many: "cents".to_owned(),
        spendable: true,
        expiry,
    }
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

async fn has(ctx: &Context, member: MemberId, wallet: &str) -> i64 {
    ledger::balances_in(ctx, wallet, member).await.expect("balances").available
}

async fn holds_true(ctx: &Context) {
    let report = verify(ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn points_move_at_the_declared_rate_and_once(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member_with(&ctx, 1_000).await;
    let move_points = |points, document: &'static str| {
        let ctx = ctx.clone();
        let new = NewTransfer { from: "points", to: "credit", points };
        async move { transfer(&ctx, maya, new, ("web", document)).await }
    };
    assert_eq!(code(move_points(100, "0").await), Code::NotFound);
    define(&ctx, &staff(), &credit(Expiry::EndOfMonth { months: 1 })).await.expect("defined");
    assert_eq!(code(move_points(100, "1").await), Code::NotEligible);
    declare_rate(&ctx, &staff(), "points", "credit", Rate { from: 100, to: 50 }).await.expect("declared");
    assert_eq!(code(move_points(155, "2").await), Code::Invalid);
    assert_eq!(code(move_points(1_100, "3").await), Code::InsufficientPoints);
    let moved = move_points(400, "4").await.expect("moved");
    assert_eq!(move_points(400, "4").await.expect("the same"), moved);
    assert_eq!((has(&ctx, maya, "points").await, has(&ctx, maya, "credit").await), (600, 200));
    let shown = of_member(&ctx, maya).await.expect("wallets");
    let words: Vec<String> = shown.iter().map(|held| held.kind.counted(held.balances.available)).collect();
    assert_eq!(words, ["600 points", "200 cents"]);
    holds_true(&ctx).await;
    // The end of December, where the program is: the credit has gone, the points have not.
    ctx.clock.set(at("2026-12-31T23:00:00Z"));
    assert_eq!((has(&ctx, maya, "points").await, has(&ctx, maya, "credit").await), (600, 0));
    holds_true(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn moves_both_ways_at_once_end_and_lose_nothing(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member_with(&ctx, 500).await;
    define(&ctx, &staff(), &credit(Expiry::Never)).await.expect("defined");
    for (from, to) in [("points", "credit"), ("credit", "points")] {
        declare_rate(&ctx, &staff(), from, to, Rate { from: 1, to: 1 }).await.expect("declared");
    }
    let gift = Adjustment { member: maya, wallet: "credit", points: 500, reason: "A gift" };
    adjust_in(&ctx, &staff(), gift, "gift").await.expect("given");
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let ctx = ctx.clone();
            let (from, to) = if n % 2 == 0 { ("points", "credit") } else { ("credit", "points") };
            let new = NewTransfer { from, to, points: 10 };
            tokio::spawn(async move { transfer(&ctx, maya, new, ("web", &n.to_string())).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("moved");
    }
    assert_eq!((has(&ctx, maya, "points").await, has(&ctx, maya, "credit").await), (500, 500));
    holds_true(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn from_a_frozen_wallet_nothing_is_spent_and_earning_goes_on(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member_with(&ctx, 100).await;
    let new =
        NewHold { wallet: "points", points: 10, reason: "Basket", lasts: SignedDuration::from_hours(1) };
    let before = holds::hold(&ctx, maya, &new, ("shop", "before")).await.expect("held");
    assert_eq!(code(freeze(&ctx, &staff(), maya, "points", " ").await), Code::Invalid);
    freeze(&ctx, &staff(), maya, "points", "Card was stolen").await.expect("frozen");
    assert_eq!(code(freeze(&ctx, &staff(), maya, "points", "Again").await), Code::WalletFrozen);
    assert_eq!(code(holds::hold(&ctx, maya, &new, ("shop", "during")).await), Code::WalletFrozen);
    holds::capture(&ctx, maya, before.hold_id, None, ("shop", "c")).await.expect("what was held before");
    adjust(&ctx, &staff(), maya, 5, "A gift", "gift").await.expect("earning goes on");
    assert_eq!(has(&ctx, maya, "points").await, 95);
    let shown = of_member(&ctx, maya).await.expect("wallets");
    assert_eq!(shown[0].frozen.as_ref().map(|freeze| freeze.reason.as_str()), Some("Card was stolen"));
    thaw(&ctx, &staff(), maya, "points").await.expect("thawed");
    assert_eq!(code(thaw(&ctx, &staff(), maya, "points").await), Code::NotFound);
    holds::hold(&ctx, maya, &new, ("shop", "after")).await.expect("held");
    holds_true(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_policy_of_inactivity_begins_with_the_day_of_its_decision(pool: PgPool) {
    let ctx = context(pool).await;
    let (idle, busy) = (member_with(&ctx, 100).await, member_with(&ctx, 100).await);
    let mut points =
        kind(&mut ctx.pool.acquire().await.expect("a connection"), "points").await.expect("kind");
    points.expiry = Expiry::Inactivity { months: 3 };
    define(&ctx, &staff(), &points).await.expect("defined");
    holds_true(&ctx).await;
    // Ten in the morning in Amsterdam is another hour of the world after the clocks have changed.
    ctx.clock.set(at("2027-02-21T08:59:59Z"));
    adjust(&ctx, &staff(), busy, -1, "A correction", "b").await.expect("taken");
    assert_eq!(has(&ctx, idle, "points").await, 100);
    ctx.clock.set(at("2027-02-21T09:00:00Z"));
    ledger::sweep_step(ctx.clone()).await.expect("swept");
    assert_eq!((has(&ctx, idle, "points").await, has(&ctx, busy, "points").await), (0, 99));
    ctx.clock.set(at("2027-05-21T07:59:58Z"));
    assert_eq!(has(&ctx, busy, "points").await, 99);
    ctx.clock.set(at("2027-05-21T07:59:59Z"));
    assert_eq!(has(&ctx, busy, "points").await, 0);
    holds_true(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_entry_of_one_wallet_is_none_of_another(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let maya = member_with(&ctx, 100).await;
    define(&ctx, &staff(), &credit(Expiry::Never)).await.expect("defined");
    let gift = Adjustment { member: maya, wallet: "credit", points: 500, reason: "A gift" };
    adjust_in(&ctx, &staff(), gift, "gift").await.expect("given");
    let mut conn = pool.acquire().await.expect("a connection");
    sqlx::query("set session_replication_role = replica").execute(&mut *conn).await.expect("no triggers");
    for table in ["ledger_entries", "wallets", "lots", "lot_allocations"] {
        for (from, to) in [("points", "aside"), ("credit", "points"), ("aside", "credit")] {
            let sql = format!("update {table} set wallet = '{to}' where wallet = '{from}'");
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *conn).await.expect("moved");
        }
    }
    conn.close().await.expect("closed");
    let report = verify(&ctx).await.expect("a report");
    let broken: Vec<&str> =
        report.findings.iter().filter(|found| found.differences > 0).map(|found| found.law).collect();
    assert_eq!(broken, ["hashes"]);
}

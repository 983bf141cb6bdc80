//! Returns on a real Postgres: the difference is taken, everything returned is exactly zero, in any order.

use jiff::SignedDuration;
use sqlx::PgPool;

use super::{Outcome, Receipt, apply_parked, record};
use crate::{
    domain::{
        ids::MemberId,
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
        refusal::Code,
        returns::{LineReturn, Return, What},
    },
    server::{
        context::{Context, new_id},
        dispatcher, earning,
        error::Error,
        jobs::Pace,
        ledger,
        testing::{at, context, reward, wait},
        verify::verify,
    },
};

const MORNING: &str = "2026-11-20T08:00:00Z";

fn purchase(id: &str, lines: &[(i64, i64)]) -> Purchase {
    let line = |(quantity, amount): &(i64, i64)| Line {
        category: Some("coffee".to_owned()),
        quantity: *quantity,
        amount: Money(*amount),
        sku: None,
        flags: Flags::default(),
    };
    Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId("c-1".to_owned()),
        store: None,
        purchased_at: at(MORNING),
        amount: Money(lines.iter().map(|(_, amount)| amount).sum()),
        lines: lines.iter().map(line).collect(),
    }
}

fn back(id: &str, of: &str, what: What) -> Return {
    Return {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        purchase_id: of.to_owned(),
        returned_at: at("2026-11-21T08:00:00Z"),
        what,
    }
}

fn one(line: i16, quantity: i64) -> What {
    What::Lines(vec![LineReturn { line, quantity }])
}

async fn buy(ctx: &Context, purchase: Purchase) -> MemberId {
    match earning::record(ctx, &[purchase]).await.expect("recorded").remove(0) {
        earning::Outcome::New(receipt) => receipt.member_id,
        other => panic!("expected a new purchase, not {other:?}"),
    }
}

async fn give(ctx: &Context, back: &Return) -> Receipt {
    match record(ctx, back).await.expect("recorded") {
        Outcome::New(receipt) => *receipt,
        other => panic!("expected a new return, not {other:?}"),
    }
}

fn code(outcome: Result<Outcome, Error>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

async fn spend(ctx: &Context, member: MemberId, points: i64) {
    let reward = reward(ctx, points, None).await;
    let id = new_id().to_string();
    crate::server::rewards::redeem_for(ctx, member, reward, ("till", &id)).await.expect("redeemed");
}

async fn holds(ctx: &Context) {
    let report = verify(ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_part_takes_the_difference_and_all_parts_take_everything(pool: PgPool) {
    let ctx = context(pool).await;
    buy(&ctx, purchase("p-1", &[(3, 1_000), (1, 55)])).await;
    let first = give(&ctx, &back("b-1", "p-1", one(1, 1))).await;
    // 105.5 -> 106 points; what is left is 7.22, 72.2 -> 72 points.
    assert_eq!((first.amount, first.taken, first.debt, first.balances.available), (333, 34, 0, 72));
    assert_eq!((first.trace.amount, first.trace.points), (722, 72));
    holds(&ctx).await;
    give(&ctx, &back("b-2", "p-1", What::Amount(Money(22)))).await;
    holds(&ctx).await;
    let rest = give(&ctx, &back("b-3", "p-1", What::Everything)).await;
    assert_eq!((rest.balances.available, rest.balances.debt, rest.trace.points), (0, 0, 0));
    assert_eq!(code(record(&ctx, &back("b-4", "p-1", What::Everything)).await), Code::AlreadyReturned);
    let counted: i64 =
        sqlx::query_scalar("select sum(value)::bigint from counters where metric <> 'returns'")
            .fetch_one(&ctx.pool)
            .await
            .expect("counters");
    assert_eq!(counted, 0, "nothing is left of it in any counter");
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_return_that_is_sent_again_has_one_effect_and_one_answer(pool: PgPool) {
    let ctx = context(pool).await;
    buy(&ctx, purchase("p-1", &[(2, 1_000)])).await;
    let half = back("b-1", "p-1", one(1, 1));
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (ctx, half) = (ctx.clone(), half.clone());
        sent.spawn(async move { record(&ctx, &half).await });
    }
    let (mut new, mut receipts) = (0, Vec::new());
    for outcome in sent.join_all().await {
        match outcome.expect("an answer") {
            Outcome::New(receipt) => {
                new += 1;
                receipts.push(receipt);
            }
            Outcome::Known(receipt) => receipts.push(receipt),
            Outcome::Parked => panic!("its purchase is known"),
        }
    }
    assert_eq!((new, receipts.len()), (1, 50));
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:?}");
    assert_eq!(receipts[0].balances.available, 50);
    assert_eq!(code(record(&ctx, &back("b-1", "p-1", What::Everything)).await), Code::DocumentConflict);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_spent_is_owed_and_paid_by_what_is_earned_next(pool: PgPool) {
    let ctx = context(pool).await;
    let member = buy(&ctx, purchase("p-1", &[(1, 1_000)])).await;
    spend(&ctx, member, 70).await;
    let all = give(&ctx, &back("b-1", "p-1", What::Everything)).await;
    assert_eq!((all.taken, all.debt), (30, 70));
    assert_eq!((all.balances.available, all.balances.debt), (0, 70));
    holds(&ctx).await;
    buy(&ctx, purchase("p-2", &[(1, 900)])).await;
    let after = ledger::balances(&ctx, member).await.expect("balances");
    assert_eq!((after.available, after.debt), (20, 0));
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_return_that_comes_first_waits_for_its_purchase(pool: PgPool) {
    let ctx = context(pool).await;
    let early = back("b-1", "p-1", one(1, 1));
    assert_eq!(record(&ctx, &early).await.expect("parked"), Outcome::Parked);
    assert_eq!(record(&ctx, &early).await.expect("parked again"), Outcome::Parked);
    let other = back("b-1", "p-1", What::Everything);
    assert_eq!(code(record(&ctx, &other).await), Code::DocumentConflict, "the id is taken while it waits");
    buy(&ctx, purchase("p-0", &[])).await;
    let taken = back("p-0", "p-2", What::Everything);
    assert_eq!(code(record(&ctx, &taken).await), Code::DocumentConflict, "the id is a purchase's");
    assert_eq!(apply_parked(ctx.clone()).await.expect("a step"), Pace::Rest);
    let member = buy(&ctx, purchase("p-1", &[(2, 1_000)])).await;
    assert_eq!(apply_parked(ctx.clone()).await.expect("a step"), Pace::More);
    assert_eq!(apply_parked(ctx.clone()).await.expect("a step"), Pace::Rest);
    assert_eq!(ledger::balances(&ctx, member).await.expect("balances").available, 50);
    assert!(matches!(record(&ctx, &early).await.expect("known"), Outcome::Known(_)));
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_return_that_waited_for_nothing_is_told_to_staff(pool: PgPool) {
    let ctx = context(pool).await;
    let early = back("b-1", "p-1", one(3, 9));
    assert_eq!(record(&ctx, &early).await.expect("parked"), Outcome::Parked);
    let member = buy(&ctx, purchase("p-1", &[(2, 1_000)])).await;
    assert_eq!(apply_parked(ctx.clone()).await.expect("a step"), Pace::More);
    let told: (String, String, String) = sqlx::query_as(
        "select subject, staff_name, reason from audit_events where action = 'return.refused'",
    )
    .fetch_one(&ctx.pool)
    .await
    .expect("a line of the log");
    assert_eq!((told.0, told.1.as_str()), (format!("member {member}"), "till"));
    assert!(told.2.len() > 20, "it says why: {}", told.2);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn nothing_comes_back_before_it_was_bought(pool: PgPool) {
    let ctx = context(pool).await;
    buy(&ctx, purchase("p-1", &[(2, 1_000)])).await;
    let before = Return { returned_at: at("2026-11-19T12:00:00Z"), ..back("b-1", "p-1", one(1, 1)) };
    let Err(Error::Refused(refusal)) = record(&ctx, &before).await else { panic!("it was not bought then") };
    assert_eq!(refusal.fields[0].field, "returned_at");
    // A till that sends days alone means some time on that day.
    give(&ctx, &Return { returned_at: at("2026-11-20T00:00:00Z"), ..before }).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_rules_of_the_day_decide_whatever_they_became(pool: PgPool) {
    let ctx = context(pool).await;
    buy(&ctx, purchase("p-0", &[(1, 7_500)])).await;
    // Crosses into silver, at the old rate: 10 points a euro.
    buy(&ctx, purchase("p-1", &[(1, 5_000)])).await;
    // Earns at the rate of silver: 12.5 points a euro.
    let member = buy(&ctx, purchase("p-2", &[(2, 8_000)])).await;
    assert_eq!(ledger::balances(&ctx, member).await.expect("balances").available, 750 + 500 + 1_000);
    sqlx::query("update tiers set earn_percent = 300 where rank > 1")
        .execute(&ctx.pool)
        .await
        .expect("dearer");
    let half = give(&ctx, &back("b-1", "p-2", one(1, 1))).await;
    assert_eq!((half.taken, half.trace.points), (500, 500));
    let first = give(&ctx, &back("b-2", "p-1", What::Everything)).await;
    assert_eq!(first.taken, 500);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn boards_follow_while_the_month_is_open_and_stay_when_it_is_over(pool: PgPool) {
    let ctx = context(pool).await;
    let scores = async || -> Vec<(String, i64)> {
        while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
        sqlx::query_as(
            "select period, score from leaderboard_scores join leaderboard_lists using (list)
             order by period",
        )
        .fetch_all(&ctx.pool)
        .await
        .expect("scores")
    };
    let board = |month: i64, all: i64| {
        [("2026-11", month), ("2026-W47", month), ("all", all)]
            .map(|(period, score)| (period.to_owned(), score))
            .to_vec()
    };
    buy(&ctx, purchase("p-1", &[(4, 4_000)])).await;
    assert_eq!(scores().await, board(400, 400));
    give(&ctx, &back("b-1", "p-1", one(1, 1))).await;
    assert_eq!(scores().await, board(300, 300));
    holds(&ctx).await;
    wait(&ctx, SignedDuration::from_hours(24 * 30));
    give(&ctx, &back("b-2", "p-1", one(1, 1))).await;
    holds(&ctx).await;
    assert_eq!(scores().await, board(300, 200), "November is over: its board is frozen");
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_purchase_that_cost_nothing_comes_back_once(pool: PgPool) {
    let ctx = context(pool).await;
    buy(&ctx, purchase("p-1", &[])).await;
    let nothing = give(&ctx, &back("b-1", "p-1", What::Everything)).await;
    assert_eq!((nothing.amount, nothing.taken), (0, 0));
    assert_eq!(code(record(&ctx, &back("b-2", "p-1", What::Everything)).await), Code::AlreadyReturned);
    holds(&ctx).await;
}

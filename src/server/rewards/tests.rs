//! Redeeming on a real Postgres: never oversold, never twice, never on credit; cancelled ones come back
//! whole.

use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    domain::ids::AccountId,
    server::{
        context::new_id,
        ledger::balances,
        points::{Adjusted, adjust},
        testing::{context, reward, wait},
        verify::verify,
    },
};

fn staff() -> Staff {
    Staff { account_id: AccountId(new_id()), name: "Ines".to_owned() }
}

async fn member_with(ctx: &Context, points: i64) -> Member {
    let member_id = MemberId(new_id());
    let new = crate::server::members::NewMember {
        member_id,
        display_name: "Maya".into(),
        joined_at: ctx.clock.now(),
    };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    crate::server::members::create(&mut conn, &[new], ctx.clock.now()).await.expect("a member");
    if points > 0 {
        adjust(ctx, &staff(), member_id, points, "To begin with", &new_id().to_string())
            .await
            .expect("points");
    }
    Member { member_id, account_id: AccountId(new_id()) }
}

/// A reward of which a member has no more than so many.
async fn limited(ctx: &Context, price: i64, stock: Option<i64>, limit: i32) -> RewardId {
    let id = reward(ctx, price, stock).await;
    let sql = "update rewards set limit_per_member = $2 where reward_id = $1";
    sqlx::query(sql).bind(id.0).bind(limit).execute(&ctx.pool).await.expect("a limit");
    id
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

async fn holds(ctx: &Context) {
    let report = verify(ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_same_request_gives_the_same_voucher(pool: PgPool) {
    let ctx = context(pool).await;
    let (member, mug) = (member_with(&ctx, 100).await, reward(&ctx, 40, None).await);
    let first = redeem(&ctx, &member, mug, "request-1").await.expect("redeemed");
    let again = redeem(&ctx, &member, mug, "request-1").await.expect("redeemed");
    assert_eq!(first, again);
    assert_eq!(balances(&ctx, member.member_id).await.expect("balances").available, 60);
    let other = member_with(&ctx, 100).await;
    assert_eq!(code(redeem(&ctx, &other, mug, "request-1").await), Code::DocumentConflict);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_cannot_be_had_says_why_and_takes_nothing(pool: PgPool) {
    let ctx = context(pool).await;
    let member = member_with(&ctx, 100).await;
    let too_dear = reward(&ctx, 101, None).await;
    assert_eq!(code(redeem(&ctx, &member, too_dear, "a").await), Code::InsufficientPoints);
    let sold_out = reward(&ctx, 10, Some(0)).await;
    assert_eq!(code(redeem(&ctx, &member, sold_out, "b").await), Code::OutOfStock);
    let once = limited(&ctx, 10, None, 1).await;
    redeem(&ctx, &member, once, "c").await.expect("redeemed");
    assert_eq!(code(redeem(&ctx, &member, once, "d").await), Code::LimitReached);
    let withdrawn = reward(&ctx, 10, None).await;
    sqlx::query("update rewards set withdrawn_at = now() where reward_id = $1")
        .bind(withdrawn.0)
        .execute(&ctx.pool)
        .await
        .expect("set");
    assert_eq!(code(redeem(&ctx, &member, withdrawn, "e").await), Code::RewardInactive);
    let gold_only = reward(&ctx, 10, None).await;
    sqlx::query("update rewards set minimum_tier = 'gold' where reward_id = $1")
        .bind(gold_only.0)
        .execute(&ctx.pool)
        .await
        .expect("set");
    assert_eq!(code(redeem(&ctx, &member, gold_only, "f").await), Code::NotEligible);
    assert_eq!(code(redeem(&ctx, &member, RewardId(Uuid::nil()), "g").await), Code::NotFound);
    assert_eq!(balances(&ctx, member.member_id).await.expect("balances").available, 90);
    // A refusal does not use up the request: it may be tried again when things have changed.
    adjust(&ctx, &staff(), member.member_id, 50, "A gift", "gift").await.expect("points");
    redeem(&ctx, &member, too_dear, "a").await.expect("redeemed");
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_last_units_are_never_oversold_nor_falsely_sold_out(pool: PgPool) {
    let ctx = context(pool).await;
    let mug = reward(&ctx, 10, Some(7)).await;
    let mut members = Vec::new();
    for _ in 0..20 {
        members.push(member_with(&ctx, 15).await);
    }
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let (ctx, member) = (ctx.clone(), members[n % 20]);
            tokio::spawn(async move { redeem(&ctx, &member, mug, &format!("request-{n}")).await.is_ok() })
        })
        .collect();
    let mut redeemed = 0;
    for task in tasks {
        redeemed += usize::from(task.await.expect("no panic"));
    }
    assert_eq!(redeemed, 7);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn points_for_one_buy_one_however_often_it_is_tried_at_once(pool: PgPool) {
    let ctx = context(pool).await;
    let (member, mug) = (member_with(&ctx, 25).await, reward(&ctx, 10, None).await);
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let ctx = ctx.clone();
            tokio::spawn(async move { redeem(&ctx, &member, mug, &format!("request-{n}")).await.is_ok() })
        })
        .collect();
    let mut redeemed = 0;
    for task in tasks {
        redeemed += usize::from(task.await.expect("no panic"));
    }
    assert_eq!(redeemed, 2);
    assert_eq!(balances(&ctx, member.member_id).await.expect("balances").available, 5);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_cancelled_redemption_comes_back_whole_and_once(pool: PgPool) {
    let ctx = context(pool).await;
    let (member, mug) = (member_with(&ctx, 50).await, reward(&ctx, 50, Some(1)).await);
    let redemption = redeem(&ctx, &member, mug, "a").await.expect("redeemed");
    let other = member_with(&ctx, 50).await;
    assert_eq!(code(redeem(&ctx, &other, mug, "b").await), Code::OutOfStock);
    let id = redemption.redemption_id;
    assert_eq!(code(cancel(&ctx, &staff(), member.member_id, id, " ").await), Code::Invalid);
    cancel(&ctx, &staff(), member.member_id, id, "Broke on the shelf").await.expect("cancelled");
    assert_eq!(balances(&ctx, member.member_id).await.expect("balances").available, 50);
    assert_eq!(code(cancel(&ctx, &staff(), member.member_id, id, "Again").await), Code::AlreadyUsed);
    assert_eq!(code(use_voucher(&ctx, &redemption.code, None).await), Code::AlreadyUsed);
    redeem(&ctx, &other, mug, "c").await.expect("redeemed");
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_voucher_is_used_once_and_not_after_its_time(pool: PgPool) {
    let ctx = context(pool).await;
    let (member, mug) = (member_with(&ctx, 100).await, reward(&ctx, 10, None).await);
    let first = redeem(&ctx, &member, mug, "a").await.expect("redeemed");
    let late = redeem(&ctx, &member, mug, "b").await.expect("redeemed");
    use_voucher(&ctx, &first.code.to_lowercase(), None).await.expect("used");
    assert_eq!(code(use_voucher(&ctx, &first.code, None).await), Code::AlreadyUsed);
    assert_eq!(
        code(cancel(&ctx, &staff(), member.member_id, first.redemption_id, "Why").await),
        Code::AlreadyUsed
    );
    wait(&ctx, SignedDuration::from_hours(24 * 30));
    assert_eq!(code(use_voucher(&ctx, &late.code, None).await), Code::AlreadyUsed);
    assert_eq!(code(use_voucher(&ctx, "NONE-2222-2222-22", None).await), Code::NotFound);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn staff_take_a_voucher_once_and_it_is_on_record(pool: PgPool) {
    let ctx = context(pool).await;
    let (member, mug) = (member_with(&ctx, 100).await, reward(&ctx, 10, None).await);
    let voucher = redeem(&ctx, &member, mug, "a").await.expect("redeemed");
    let typed = voucher.code.to_lowercase().replace('-', "");
    let seen = till::look_up(&ctx, &staff(), &typed).await.expect("found");
    assert_eq!((seen.member_id, seen.used_at), (member.member_id, None), "looking uses nothing");
    let taken = till::take(&ctx, &staff(), &typed).await.expect("taken");
    assert_eq!(taken.used_at, Some(ctx.clock.now()));
    assert_eq!(code(till::take(&ctx, &staff(), &typed).await), Code::AlreadyUsed);
    assert_eq!(code(till::take(&ctx, &staff(), "NONE-2222-2222-22").await), Code::NotFound);
    let late = redeem(&ctx, &member, mug, "b").await.expect("redeemed");
    wait(&ctx, SignedDuration::from_hours(24 * 30));
    assert_eq!(code(till::take(&ctx, &staff(), &late.code).await), Code::AlreadyUsed);
    let subject = format!("member {}", member.member_id);
    let (log, _) = audit::list(&ctx, &staff(), Some(&subject), None).await.expect("the log");
    let actions: Vec<&str> = log.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["voucher.take", "points.adjust"]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn staff_cannot_take_more_than_there_is_nor_twice(pool: PgPool) {
    let ctx = context(pool).await;
    let member = member_with(&ctx, 30).await;
    let take = |points, request| adjust_by(&ctx, member.member_id, points, request);
    assert_eq!(code(take(-31, "a").await), Code::InsufficientPoints);
    assert_eq!(code(take(0, "b").await), Code::Invalid);
    take(-10, "c").await.expect("taken");
    take(-10, "c").await.expect("the same form again");
    assert_eq!(balances(&ctx, member.member_id).await.expect("balances").available, 20);
    assert_eq!(code(take(-11, "c").await), Code::DocumentConflict);
    holds(&ctx).await;
}

async fn adjust_by(ctx: &Context, member: MemberId, points: i64, request: &str) -> Result<Adjusted> {
    adjust(ctx, &staff(), member, points, "Miscounted", request).await
}

/// A member of a tier: what they earned counts for it, without points to spend from it.
async fn member_of(ctx: &Context, qualifying: i64) -> Member {
    let member = member_with(ctx, 100).await;
    sqlx::query(
        "insert into counters (member_id, metric, period, value) values ($1, 'qualifying', '2026-11-20', $2)",
    )
    .bind(member.member_id.0)
    .bind(qualifying)
    .execute(&ctx.pool)
    .await
    .expect("what counts");
    member
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_reward_opens_to_tiers_with_early_access_days_before_it_opens_to_all(pool: PgPool) {
    let ctx = context(pool).await;
    sqlx::query("update tiers set early_days = case tier when 'gold' then 7 when 'silver' then 2 else 0 end")
        .execute(&ctx.pool)
        .await
        .expect("early access");
    let mug = reward(&ctx, 40, Some(5)).await;
    sqlx::query("update rewards set public_from = '2026-11-28 09:00' where reward_id = $1")
        .bind(mug.0)
        .execute(&ctx.pool)
        .await
        .expect("a day on which it opens");
    let [bronze, silver, gold] =
        [member_of(&ctx, 10).await, member_of(&ctx, 900).await, member_of(&ctx, 2_000).await];
    let takes = async |member: &Member, when: &str, request: &str| {
        ctx.clock.set(crate::server::testing::at(when));
        match redeem(&ctx, member, mug, request).await {
            Ok(_) => "had".to_owned(),
            Err(Error::Refused(refusal)) if refusal.code == Code::NotYet => refusal.message,
            other => panic!("expected a redemption or a refusal that says when, not {other:?}"),
        }
    };
    let opens = "It opens for Gold members from 21 November 2026, 9:00, for Silver members from 26 November \
                 2026, 9:00, for all from 28 November 2026, 9:00. No points were taken.";
    // Nine in the morning in Amsterdam.
    assert_eq!(
        takes(&gold, "2026-11-21T07:59:59Z", "g-1").await,
        format!("You can have Stoneware mug from 21 November 2026, 9:00. {opens}")
    );
    assert_eq!(takes(&gold, "2026-11-21T08:00:00Z", "g-2").await, "had");
    assert_eq!(
        takes(&silver, "2026-11-26T07:59:59Z", "s-1").await,
        format!("You can have Stoneware mug from 26 November 2026, 9:00. {opens}")
    );
    assert_eq!(takes(&silver, "2026-11-26T08:00:00Z", "s-2").await, "had");
    let late = format!("You can have Stoneware mug from 28 November 2026, 9:00. {opens}");
    assert_eq!(takes(&bronze, "2026-11-28T07:59:59Z", "b-1").await, late);
    assert_eq!(balances(&ctx, bronze.member_id).await.expect("balances").available, 100);
    assert_eq!(takes(&bronze, "2026-11-28T08:00:00Z", "b-2").await, "had");
    let left: i64 =
        sqlx::query_scalar("select remaining from reward_stock").fetch_one(&ctx.pool).await.expect("stock");
    assert_eq!(left, 2, "refusals took nothing");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn expired_points_buy_nothing_and_none_expires_early(pool: PgPool) {
    let ctx = context(pool).await;
    let sql = "update wallet_kinds set expiry = 'months', expiry_span = 12 where wallet = 'points'";
    sqlx::query(sql).execute(&ctx.pool).await.expect("set");
    let purchase = crate::domain::purchase::Purchase {
        source: "till".to_owned(),
        document_id: "r-1".to_owned(),
        member: crate::domain::purchase::MemberRef::ExternalId("c-1".to_owned()),
        store: None,
        purchased_at: crate::server::testing::at("2025-11-22T08:00:00Z"),
        amount: crate::domain::points::Money(1_000),
        lines: Vec::new(),
    };
    let recorded = crate::server::earning::record(&ctx, &[purchase]).await.expect("recorded").remove(0);
    let crate::server::earning::Outcome::New(receipt) = recorded else { panic!("a new purchase") };
    let member = Member { member_id: receipt.member_id, account_id: AccountId(new_id()) };
    let mug = reward(&ctx, 50, None).await;
    // Whatever a background job does, and though it does nothing: the last second counts, the next does not.
    ctx.clock.set(crate::server::testing::at("2026-11-22T07:59:59Z"));
    crate::server::ledger::sweep_step(ctx.clone()).await.expect("a sweep");
    assert_eq!(balances(&ctx, member.member_id).await.expect("balances").available, 100);
    redeem(&ctx, &member, mug, "in-time").await.expect("a second is left");
    ctx.clock.set(crate::server::testing::at("2026-11-22T08:00:00Z"));
    assert_eq!(code(redeem(&ctx, &member, mug, "too-late").await), Code::InsufficientPoints);
    holds(&ctx).await;
}

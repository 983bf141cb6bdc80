//! Holds on a real Postgres: one effect however often and at once they are ended, and never a point too many.

use sqlx::PgPool;

use super::*;
use crate::{
    domain::wallet::POINTS,
    server::{
        context::new_id,
        identity::Staff,
        ledger::balances,
        members::{self, NewMember},
        points::adjust,
        testing::{context, wait},
        verify::verify,
    },
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn member_with(ctx: &Context, points: i64) -> MemberId {
    let member_id = MemberId(new_id());
    let now = ctx.clock.now();
    let new = NewMember { member_id, display_name: "Maya".into(), joined_at: now };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    members::create(&mut conn, &[new], now).await.expect("a member");
    let staff = Staff { account_id: crate::domain::ids::AccountId(new_id()), name: "Ines".to_owned() };
    adjust(ctx, &staff, member_id, points, "To begin with", &new_id().to_string()).await.expect("points");
    member_id
}

fn new(points: i64) -> NewHold<'static> {
    NewHold { wallet: POINTS, points, reason: "Basket 12", lasts: HOUR }
}

async fn shape(ctx: &Context, member: MemberId) -> (i64, i64) {
    let balances = balances(ctx, member).await.expect("balances");
    (balances.available, balances.held)
}

async fn holds(ctx: &Context) {
    let report = verify(ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_held_is_captured_in_part_and_the_rest_comes_back(pool: PgPool) {
    let ctx = context(pool).await;
    let member = member_with(&ctx, 100).await;
    let first = hold(&ctx, member, &new(60), ("shop", "1")).await.expect("held");
    assert_eq!(hold(&ctx, member, &new(60), ("shop", "1")).await.expect("the same"), first);
    assert_eq!(code(hold(&ctx, member, &new(61), ("shop", "1")).await), Code::DocumentConflict);
    assert_eq!(code(hold(&ctx, member, &new(41), ("shop", "2")).await), Code::InsufficientPoints);
    assert_eq!(shape(&ctx, member).await, (40, 60));
    holds(&ctx).await;
    let too_many = capture(&ctx, member, first.hold_id, Some(61), ("shop", "c0")).await;
    assert_eq!(code(too_many), Code::InsufficientPoints);
    let done = capture(&ctx, member, first.hold_id, Some(25), ("shop", "c1")).await.expect("captured");
    assert_eq!((done.captured, done.captured_at.is_some(), done.released_at), (25, true, None));
    assert_eq!(capture(&ctx, member, first.hold_id, Some(25), ("shop", "c1")).await.expect("the same"), done);
    assert_eq!(code(release(&ctx, member, first.hold_id, ("shop", "r1")).await), Code::HoldEnded);
    assert_eq!(shape(&ctx, member).await, (75, 0));
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn fifty_ends_of_one_hold_at_once_have_one_effect(pool: PgPool) {
    let ctx = context(pool).await;
    let member = member_with(&ctx, 100).await;
    let held = hold(&ctx, member, &new(100), ("shop", "1")).await.expect("held").hold_id;
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let ctx = ctx.clone();
            tokio::spawn(async move {
                let document = format!("end-{n}");
                match n % 2 {
                    0 => capture(&ctx, member, held, Some(30), ("shop", &document)).await,
                    _ => release(&ctx, member, held, ("shop", &document)).await,
                }
            })
        })
        .collect();
    let mut ended = Vec::new();
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(hold) => ended.push(hold),
            Err(Error::Refused(refusal)) => assert_eq!(refusal.code, Code::HoldEnded),
            Err(error) => panic!("{error}"),
        }
    }
    let [one] = ended.as_slice() else { panic!("one end, not {}", ended.len()) };
    assert_eq!(shape(&ctx, member).await, (100 - one.captured, 0));
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_hold_ends_by_itself_at_its_time_whatever_the_sweeper_does(pool: PgPool) {
    let ctx = context(pool).await;
    let (looked_at, swept) = (member_with(&ctx, 100).await, member_with(&ctx, 100).await);
    let held = hold(&ctx, looked_at, &new(30), ("shop", "1")).await.expect("held");
    hold(&ctx, swept, &new(100), ("shop", "2")).await.expect("held");
    wait(&ctx, HOUR);
    assert_eq!(code(capture(&ctx, looked_at, held.hold_id, None, ("shop", "late")).await), Code::HoldEnded);
    assert_eq!(shape(&ctx, looked_at).await, (100, 0));
    ledger::sweep_step(ctx.clone()).await.expect("swept");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    assert!(standing(&mut conn, swept).await.expect("read").is_empty());
    let ended = find(&mut conn, looked_at, held.hold_id).await.expect("found");
    assert_eq!(ended.released_at, Some(ended.expires_at));
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn fifty_holds_at_once_never_hold_more_than_there_is(pool: PgPool) {
    let ctx = context(pool).await;
    let member = member_with(&ctx, 100).await;
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let ctx = ctx.clone();
            tokio::spawn(async move { hold(&ctx, member, &new(30), ("shop", &n.to_string())).await })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        made += i64::from(task.await.expect("no panic").is_ok());
    }
    assert_eq!(made, 3);
    assert_eq!(shape(&ctx, member).await, (10, 90));
    holds(&ctx).await;
}

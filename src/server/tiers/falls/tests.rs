//! Falls on a real Postgres: each is written down once, on its day.

use jiff::SignedDuration;
use sqlx::PgPool;

use super::{history, step};
use crate::{
    domain::{
        ids::MemberId,
        points::Money,
        purchase::{MemberRef, Purchase},
    },
    server::{
        context::Context,
        earning::{Outcome, record},
        testing::{at, context, wait},
    },
};

async fn buys(ctx: &Context, id: &str, cents: i64, when: &str) -> MemberId {
    let purchase = Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId("maya".to_owned()),
        store: None,
        purchased_at: at(when),
        amount: Money(cents),
        lines: Vec::new(),
    };
    match record(ctx, &[purchase]).await.expect("recorded").remove(0) {
        Outcome::New(receipt) => receipt.member_id,
        other => panic!("expected a new purchase, not {other:?}"),
    }
}

async fn told(ctx: &Context, member: MemberId) -> Vec<String> {
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let changes = history(&mut conn, member).await.expect("a history");
    changes
        .into_iter()
        .map(|one| format!("{} {} to {}: {}", one.changed_at, one.from, one.to, one.reason))
        .collect()
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_falls_in_time_has_it_in_their_history_once(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = buys(&ctx, "1", 9_000, "2026-11-20T10:00:00Z").await;
    let rose = "2026-11-20T10:00:00Z Bronze to Silver: 800 points in 12 months";
    step(ctx.clone()).await.expect("a step");
    assert_eq!(told(&ctx, maya).await, [rose], "nobody has fallen yet");
    wait(&ctx, SignedDuration::from_hours(24 * 400));
    for _ in 0..2 {
        step(ctx.clone()).await.expect("a step");
    }
    let fell = "2027-11-19T23:00:00Z Silver to Bronze: Less than 800 points in 12 months";
    assert_eq!(told(&ctx, maya).await, [fell, rose], "twelve months later, at midnight in Amsterdam, once");
    buys(&ctx, "2", 9_000, "2027-12-01T10:00:00Z").await;
    step(ctx.clone()).await.expect("a step");
    assert_eq!(told(&ctx, maya).await.len(), 3, "and who rises again is written down again");
}

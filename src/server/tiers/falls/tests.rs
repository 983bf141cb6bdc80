//! Falls on a real Postgres: each is written down once, on its day.

use jiff::SignedDuration;
use sqlx::PgPool;

use super::{history, step};
use crate::{
    domain::{
        ids::MemberId,
        points::Money,
        purchase::{MemberRef, Purchase},
        tier::{
            draft::TierDraft,
            policy::{Basis, TierPolicy, Window},
        },
    },
    server::{
        context::Context,
        earning::{Outcome, record},
        identity::operator,
        testing::{at, context, wait},
        tiers::editing,
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

/// Staff change the ladder at an instant.
async fn staff_change(ctx: &Context, when: &str, change: impl Fn(&mut TierDraft)) {
    ctx.clock.set(at(when));
    let (mut draft, version) = editing::current(ctx, &operator()).await.expect("the tiers");
    change(&mut draft);
    editing::change(ctx, &operator(), &draft, version).await.expect("changed");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_fall_is_dated_by_the_ladder_that_was_in_force_on_its_day(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = buys(&ctx, "1", 9_000, "2026-11-20T10:00:00Z").await;
    let rose = "2026-11-20T10:00:00Z Bronze to Silver: 800 points in 12 months";
    // Nobody looked between the end of the twelve months and the day on which they became 24.
    staff_change(&ctx, "2027-12-10T15:00:00Z", |draft| draft.policy.window = Window::Rolling(24)).await;
    step(ctx.clone()).await.expect("a step");
    let fell = "2027-11-19T23:00:00Z Silver to Bronze: Less than 800 points in 12 months";
    assert_eq!(told(&ctx, maya).await, [fell, rose]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_falls_by_an_edit_falls_when_it_was_made(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = buys(&ctx, "1", 9_000, "2026-11-20T10:00:00Z").await;
    let rose = "2026-11-20T10:00:00Z Bronze to Silver: 800 points in 12 months";
    staff_change(&ctx, "2026-12-05T15:00:00Z", |draft| draft.tiers[1].threshold = 1_000).await;
    ctx.clock.set(at("2026-12-10T09:00:00Z"));
    step(ctx.clone()).await.expect("a step");
    let fell = "2026-12-05T15:00:00Z Silver to Bronze: Less than 1,000 points in 12 months";
    assert_eq!(told(&ctx, maya).await, [fell, rose], "not before the edit");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn reasons_tell_the_basis_and_the_window_that_were_in_force(pool: PgPool) {
    let ctx = context(pool).await;
    staff_change(&ctx, "2026-11-21T09:00:00Z", |draft| {
        draft.policy = TierPolicy { basis: Basis::Spend, window: Window::Lifetime, ..TierPolicy::default() };
        draft.tiers[1].threshold = 8_000;
        draft.tiers[2].threshold = 50_000;
    })
    .await;
    let maya = buys(&ctx, "1", 9_000, "2026-11-21T08:30:00Z").await;
    let rose = "2026-11-21T08:30:00Z Bronze to Silver: €80.00 spent in all";
    assert_eq!(told(&ctx, maya).await, [rose]);
    staff_change(&ctx, "2026-11-21T10:00:00Z", |draft| {
        draft.policy = TierPolicy { window: Window::CalendarYear, ..TierPolicy::default() };
        draft.tiers[1].threshold = 1_000;
        draft.tiers[2].threshold = 2_000;
    })
    .await;
    step(ctx.clone()).await.expect("a step");
    let fell = "2026-11-21T10:00:00Z Silver to Bronze: Less than 1,000 points in the calendar year";
    assert_eq!(told(&ctx, maya).await, [fell, rose]);
}

//! Tiers on a real Postgres: what a preview says is what a change does, and the books stay in order.

use sqlx::PgPool;
use uuid::Uuid;

use super::{
    editing::{change, current, preview},
    standing,
};
use crate::{
    domain::{
        ids::{AccountId, MemberId},
        points::Money,
        purchase::{MemberRef, Purchase},
        refusal::Code,
        tier::policy::{Basis, Downgrade, TierPolicy, Window},
    },
    server::{
        context::Context,
        earning::{Outcome, record},
        error::Error,
        identity::Staff,
        testing::{at, context},
        verify::verify,
    },
};

async fn buys(ctx: &Context, who: &str, cents: i64, when: &str) -> MemberId {
    let purchase = Purchase {
        source: "till".to_owned(),
        document_id: format!("{who}-{when}"),
        member: MemberRef::ExternalId(who.to_owned()),
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

async fn ines(ctx: &Context) -> Staff {
    let staff = Staff { account_id: AccountId(Uuid::from_u128(7)), name: "Ines".to_owned() };
    sqlx::query("insert into accounts (account_id, staff_name, created_at) values ($1, 'Ines', now())")
        .bind(staff.account_id.0)
        .execute(&ctx.pool)
        .await
        .expect("an account");
    staff
}

async fn tier_of(ctx: &Context, member: MemberId) -> String {
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let zone = super::rules::program(&mut conn).await.expect("a program").zone();
    standing(&mut conn, member, ctx.clock.now(), &zone).await.expect("a standing").tier.tier
}

async fn holds(ctx: &Context) {
    let report = verify(ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_a_preview_says_is_what_a_change_does(pool: PgPool) {
    let ctx = context(pool).await;
    let by = ines(&ctx).await;
    // 500, 1,000 and 2,000 points: bronze, silver, gold.
    let few = buys(&ctx, "few", 5_000, "2026-11-01T10:00:00Z").await;
    let some = buys(&ctx, "some", 10_000, "2026-11-01T10:00:00Z").await;
    let many = buys(&ctx, "many", 20_000, "2026-11-01T10:00:00Z").await;
    let (mut draft, version) = current(&ctx, &by).await.expect("the tiers");
    draft.tiers[1].threshold = 400;
    draft.tiers[2].threshold = 3_000;
    let seen = preview(&ctx, &by, &draft).await.expect("a preview");
    let row = |name: &str, now, then| (name.to_owned(), now, then);
    assert_eq!(seen.tiers, [row("Bronze", 1, 0), row("Silver", 1, 3), row("Gold", 1, 0)]);
    assert_eq!((seen.up, seen.down), (1, 1));
    assert_eq!(tier_of(&ctx, many).await, "gold", "nothing was written");
    change(&ctx, &by, &draft, version).await.expect("changed");
    for member in [few, some, many] {
        assert_eq!(tier_of(&ctx, member).await, "silver");
    }
    let again = change(&ctx, &by, &draft, version).await;
    assert!(matches!(again, Err(Error::Refused(refusal)) if refusal.code == Code::Stale));
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_tier_can_count_what_was_spent(pool: PgPool) {
    let ctx = context(pool).await;
    let by = ines(&ctx).await;
    let member = buys(&ctx, "maya", 10_000, "2026-11-01T10:00:00Z").await;
    assert_eq!(tier_of(&ctx, member).await, "silver");
    let (mut draft, version) = current(&ctx, &by).await.expect("the tiers");
    draft.policy.basis = Basis::Spend;
    draft.tiers[1].threshold = 15_000;
    draft.tiers[2].threshold = 50_000;
    let seen = preview(&ctx, &by, &draft).await.expect("a preview");
    assert_eq!((seen.up, seen.down), (0, 1), "100.00 are not 150.00");
    change(&ctx, &by, &draft, version).await.expect("changed");
    assert_eq!(tier_of(&ctx, member).await, "bronze");
    holds(&ctx).await;
    buys(&ctx, "maya", 5_000, "2026-11-02T10:00:00Z").await;
    assert_eq!(tier_of(&ctx, member).await, "silver");
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_yearly_tier_is_kept_through_the_next_year_when_earning_too(pool: PgPool) {
    let ctx = context(pool).await;
    let by = ines(&ctx).await;
    buys(&ctx, "maya", 9_000, "2025-02-01T10:00:00Z").await;
    let (mut draft, version) = current(&ctx, &by).await.expect("the tiers");
    draft.policy =
        TierPolicy { window: Window::CalendarYear, downgrade: Downgrade::OneStep, ..TierPolicy::default() };
    change(&ctx, &by, &draft, version).await.expect("changed");
    // Silver since 2025: a quarter more points, 22 months later.
    let member = buys(&ctx, "maya", 1_000, "2026-11-20T10:00:00Z").await;
    assert_eq!(tier_of(&ctx, member).await, "silver");
    let points: i64 = sqlx::query_scalar("select points from purchases where amount = 1000")
        .fetch_one(&ctx.pool)
        .await
        .expect("its points");
    assert_eq!(points, 125);
    holds(&ctx).await;
}

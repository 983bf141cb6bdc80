//! Making rules on a real Postgres: what was live stays what it was.

use jiff::SignedDuration;
use sqlx::PgPool;

use super::{current, editing, rulebook_of};
use crate::{
    domain::{
        earning::{Trace, evaluate_again},
        points::Money,
        purchase::{MemberRef, Purchase},
        refusal::Code,
    },
    server::{
        context::Context,
        earning::{Outcome, record},
        error::Error,
        testing::{at, context, wait},
        verify::verify,
    },
};

fn purchase(id: &str, when: &str) -> Purchase {
    Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId(format!("c-{id}")),
        store: None,
        purchased_at: at(when),
        amount: Money(1_000),
        lines: Vec::new(),
    }
}

async fn trace_of(ctx: &Context, purchase: &Purchase) -> Trace {
    match record(ctx, std::slice::from_ref(purchase)).await.expect("recorded").remove(0) {
        Outcome::New(receipt) => receipt.trace,
        other => panic!("expected a new purchase, not {other:?}"),
    }
}

const DRAFT: &str = r#"{
    "campaigns": [{"campaign": "party", "settings": {"name": "Party", "budget": 120}}],
    "rules": [
        {"rule": "per-unit",
         "definition": {"name": "Five a euro", "effect": {"type": "per_money", "points": 5}}},
        {"rule": "triple", "campaign": "party",
         "definition": {"name": "Triple", "effect": {"type": "multiplier", "percent": 300}}}
    ]}"#;

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_draft_begins_at_its_instant_and_a_late_purchase_is_judged_by_its_own(pool: PgPool) {
    let ctx = context(pool).await;
    let first = trace_of(&ctx, &purchase("1", "2026-11-20T08:00:00Z")).await;
    editing::apply(&ctx, &editing::read(DRAFT).expect("a draft"), None).await.expect("applied");
    wait(&ctx, SignedDuration::from_hours(48));
    // 50, and 100 of the campaign, whose budget is 120 in all.
    let points = |trace: &Trace| trace.points;
    assert_eq!(points(&trace_of(&ctx, &purchase("2", "2026-11-22T08:00:00Z")).await), 150);
    assert_eq!(points(&trace_of(&ctx, &purchase("3", "2026-11-22T08:00:00Z")).await), 70);
    assert_eq!(points(&trace_of(&ctx, &purchase("4", "2026-11-22T08:00:00Z")).await), 50);
    assert_eq!(points(&trace_of(&ctx, &purchase("5", "2026-11-20T09:00:00Z")).await), 100);
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let original = rulebook_of(&mut conn, &first).await.expect("a rulebook");
    assert_eq!(evaluate_again(&original, &first, &purchase("1", "2026-11-20T08:00:00Z")).points, 100);
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_live_can_neither_be_changed_nor_removed(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    for sql in
        ["update rules set definition = '{}'", "update rules set live_from = now()", "delete from rules"]
    {
        let error = sqlx::query(sql).execute(&pool).await.expect_err("refused");
        assert!(error.to_string().contains("immutable"), "{sql}: {error}");
    }
    let draft = editing::read("{}").expect("a draft");
    let past = editing::apply(&ctx, &draft, Some(at("2026-01-01T00:00:00Z"))).await;
    let Err(Error::Refused(refusal)) = past else { panic!("refused") };
    assert_eq!((refusal.code, refusal.fields[0].field.as_str()), (Code::Invalid, "at"));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_kept_book_follows_every_change(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let first = current(&ctx, &mut conn).await.expect("a rulebook");
    let again = current(&ctx, &mut conn).await.expect("a rulebook");
    assert!(std::sync::Arc::ptr_eq(&first, &again), "it is kept");
    for sql in [
        "update tiers set earn_percent = 130 where tier = 'silver'",
        "update programs set pending_days = 3",
        "delete from badges where badge = 'patron'",
        "update rulebook set rounding = 'down'",
    ] {
        let before = current(&ctx, &mut conn).await.expect("a rulebook");
        sqlx::query(sql).execute(&pool).await.expect("changed");
        assert_ne!(*current(&ctx, &mut conn).await.expect("a rulebook"), *before, "{sql}");
    }
}

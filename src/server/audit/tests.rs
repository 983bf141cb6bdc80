//! The audit log on a real Postgres.

use serde_json::json;
use sqlx::PgPool;

use super::{Change, PAGE, list, record};
use crate::{
    domain::{audit::AuditEvent, ids::AccountId},
    server::{
        context::{Context, new_id},
        identity::Staff,
        testing::context,
    },
};

fn rosa() -> Staff {
    Staff { account_id: AccountId(new_id()), name: "Rosa".to_owned() }
}

async fn change(ctx: &Context, subject: &str, number: usize) {
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let change = Change {
        action: "reward.edit",
        subject: subject.to_owned(),
        old: Some(json!({"stock": number})),
        new: Some(json!({"stock": number + 1})),
        reason: Some("counted"),
    };
    record(&mut conn, &rosa(), ctx.clock.now(), change).await.expect("recorded");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn pages_hold_every_change_once_newest_first(pool: PgPool) {
    let ctx = context(pool).await;
    for number in 0..PAGE + 3 {
        change(&ctx, if number % 2 == 0 { "reward mug" } else { "reward tote" }, number).await;
    }
    let (first, more) = list(&ctx, &rosa(), None, None).await.expect("a page");
    assert!(more);
    let before = first.last().map(|event| event.audit_event_id);
    let (second, more) = list(&ctx, &rosa(), None, before).await.expect("a page");
    assert!(!more);
    let told: Vec<Vec<String>> = first.iter().chain(&second).map(AuditEvent::changes).collect();
    let expected: Vec<Vec<String>> =
        (0..PAGE + 3).rev().map(|number| vec![format!("stock: {number} to {}", number + 1)]).collect();
    assert_eq!(told, expected);
    let (mugs, _) = list(&ctx, &rosa(), Some("reward mug"), None).await.expect("a page");
    assert!(mugs.iter().all(|event| event.subject == "reward mug"));
    assert_eq!(mugs.len(), (PAGE + 3).div_ceil(2));
}

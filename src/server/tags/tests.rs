//! Segments on a real Postgres: what is put on counts, what is taken off does not.

use sqlx::PgPool;

use super::{counts, of_member, put_on, take_off};
use crate::{
    domain::{
        ids::MemberId,
        points::Money,
        purchase::{MemberRef, Purchase},
    },
    server::{
        audit,
        context::{Context, new_id},
        earning::{Outcome, record},
        error::Error,
        identity::operator,
        rules::editing,
        testing::{at, context},
    },
};

const RULE: &str = r#"{ "rules": [{ "rule": "press", "definition": { "name": "For the press",
    "when": { "tag": ["press"] }, "effect": { "type": "fixed", "points": 7, "stage": "bonus" } } }] }"#;

async fn buys(ctx: &Context, id: &str) -> (MemberId, i64) {
    let purchase = Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId("maya".to_owned()),
        store: None,
        purchased_at: at("2026-11-21T10:00:00Z"),
        amount: Money(1_000),
        lines: Vec::new(),
    };
    match record(ctx, &[purchase]).await.expect("recorded").remove(0) {
        Outcome::New(receipt) => (receipt.member_id, receipt.points),
        other => panic!("expected a new purchase, not {other:?}"),
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_member_earns_what_their_segment_does_while_they_are_in_it(pool: PgPool) {
    let (ctx, by) = (context(pool).await, operator());
    editing::apply(&ctx, &editing::read(RULE).expect("a draft"), None).await.expect("applied");
    let (maya, points) = buys(&ctx, "1").await;
    assert_eq!(points, 100);
    for _ in 0..2 {
        put_on(&ctx, &by, maya, " Press ").await.expect("put on");
    }
    let tags = of_member(&mut ctx.pool.acquire().await.expect("a connection"), maya).await;
    assert_eq!(tags.expect("tags"), ["press"]);
    assert_eq!(counts(&ctx, &by).await.expect("counts"), [("press".to_owned(), 1)]);
    assert_eq!(buys(&ctx, "2").await.1, 107);
    take_off(&ctx, &by, maya, "press").await.expect("taken off");
    assert_eq!(buys(&ctx, "3").await.1, 100);
    let (log, _) = audit::list(&ctx, &by, Some(&format!("member {maya}")), None).await.expect("a log");
    let actions: Vec<_> = log.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["member.untag", "member.tag"], "what changes nothing is not on record");
    for wrong in ["", "two words", "caf\u{e9}", &"x".repeat(41)] {
        assert!(matches!(put_on(&ctx, &by, maya, wrong).await, Err(Error::Refused(_))), "{wrong}");
    }
    let nobody = put_on(&ctx, &by, MemberId(new_id()), "press").await;
    assert!(matches!(nobody, Err(Error::Refused(_))));
}

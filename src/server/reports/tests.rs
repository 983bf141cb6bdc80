//! The numbers of a small program that was counted by hand.

use jiff::Timestamp;
use sqlx::PgPool;

use super::*;
use crate::{
    domain::{
        ids::AccountId,
        points::Money,
        purchase::{MemberRef, Purchase},
    },
    server::{
        context::new_id,
        earning::{self, Outcome},
        points,
        testing::{self, at},
    },
};

fn bought(member: &str, document_id: &str, when: Timestamp, cents: i64) -> Purchase {
    Purchase {
        source: "till".into(),
        document_id: document_id.into(),
        member: MemberRef::ExternalId(member.into()),
        store: None,
        purchased_at: when,
        amount: Money(cents),
        lines: Vec::new(),
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_small_program_adds_up(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let by = Staff { account_id: AccountId(new_id()), name: "Ines Okafor".into() };
    assert_eq!(overview(&ctx, &by).await.expect("an empty one").redemption_percent(), None);
    let purchases = [
        // Half past midnight in Amsterdam on the first of November is still October in Greenwich.
        bought("a", "1", at("2026-10-31T23:30:00Z"), 1_000),
        bought("a", "2", at("2026-11-20T12:00:00Z"), 500),
        bought("b", "3", at("2026-09-10T12:00:00Z"), 301),
    ];
    let outcomes = earning::record(&ctx, &purchases).await.expect("recorded");
    let Outcome::New(receipt) = &outcomes[1] else { panic!("{outcomes:?}") };
    points::adjust(&ctx, &by, receipt.member_id, -20, "A mistake at the till", "1").await.expect("adjusted");
    let told = overview(&ctx, &by).await.expect("told");
    assert_eq!((told.members, told.active_members, told.buyers, told.repeat_buyers), (2, 1, 2, 1));
    assert_eq!((told.purchases, told.spend, told.average_basket()), (3, 1_801, Some(600)));
    assert_eq!((told.issued, told.adjusted, told.outstanding), (180, -20, 160));
    assert_eq!((told.repeat_percent(), told.months.len()), (Some(50), 12));
    let month = |key: &str| {
        let found = told.months.iter().find(|month| month.month.to_string().starts_with(key));
        found.map(|month| (month.purchases, month.active_members, month.issued, month.new_members))
    };
    assert_eq!(month("2026-11"), Some((2, 1, 150, 1)));
    assert_eq!(month("2026-10"), Some((0, 0, 0, 0)));
    assert_eq!(month("2026-09"), Some((1, 1, 30, 1)));
}

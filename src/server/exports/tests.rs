//! Exports on a real Postgres: all of it, nobody else's, in pages.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::PgPool;

use super::{PAGE, PARTS, Table, cells::cells, page, part, profile};
use crate::{
    domain::{
        ids::AccountId,
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
    },
    server::{
        context::{Context, new_id},
        earning::record,
        identity::Member,
        testing::{at, context},
    },
};

fn bought(member: &str, number: i64) -> Purchase {
    let line = |amount| Line {
        sku: Some("=cup".to_owned()),
        category: Some("coffee".to_owned()),
        quantity: 1,
        amount: Money(amount),
        flags: Flags::default(),
    };
    Purchase {
        source: "till".to_owned(),
        document_id: format!("{member}-{number}"),
        member: MemberRef::ExternalId(member.to_owned()),
        store: None,
        purchased_at: at("2026-11-20T08:00:00Z"),
        amount: Money(1_230),
        lines: vec![line(230), line(1_000)],
    }
}

async fn two_members(ctx: &Context, purchases: i64) -> [Member; 2] {
    let batch: Vec<Purchase> =
        ["mine", "theirs"].into_iter().flat_map(|who| (0..purchases).map(move |n| bought(who, n))).collect();
    for some in batch.chunks(400) {
        record(ctx, some).await.expect("recorded");
    }
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let known = crate::server::members::known_external(&mut conn, &["mine", "theirs"]).await.expect("known");
    ["mine", "theirs"].map(|who| Member { member_id: known[who], account_id: AccountId(new_id()) })
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_member_takes_all_of_their_own_and_nothing_else(pool: PgPool) {
    let ctx = context(pool).await;
    let many = PAGE + 20;
    let [mine, theirs] = two_members(&ctx, many).await;
    let told = profile(&ctx, &mine).await.expect("a profile");
    assert_eq!(told["external_ids"][0], "mine");
    assert_eq!(told["id"], mine.member_id.to_string());
    let mut lists: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for name in PARTS {
        let mut after = None;
        loop {
            let rows = part(&ctx, &mine, name, after.as_deref()).await.expect(name);
            assert!(rows.len() <= usize::try_from(PAGE).expect("a size"));
            let Some(last) = rows.last() else { break };
            after = Some(last.key.clone());
            lists.entry(name).or_default().extend(rows.into_iter().map(|row| row.row));
        }
    }
    let count = usize::try_from(many).expect("a count");
    assert_eq!(lists["purchases"].len(), count);
    assert_eq!(lists["ledger"].len(), count);
    let first = &lists["purchases"][0];
    assert_eq!(
        (first["amount"].as_str(), first["lines"][1]["amount"].as_str()),
        (Some("12.30"), Some("10.00"))
    );
    let words = lists["ledger"][0]["explanation"][0].as_str().expect("words");
    assert!(words.contains("point"), "{words}");
    let all = format!("{told}{lists:?}");
    assert!(!all.contains("theirs") && !all.contains(&theirs.member_id.to_string()));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn every_row_of_a_table_comes_once(pool: PgPool) {
    let ctx = context(pool).await;
    let many = PAGE + 20;
    two_members(&ctx, many).await;
    let both = usize::try_from(2 * many).expect("a count");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    for (table, expected) in [(Table::Members, 2), (Table::Ledger, both), (Table::Purchases, both)] {
        let (mut after, mut keys) = (None, std::collections::BTreeSet::new());
        loop {
            let rows = page(&mut conn, table, after.as_deref()).await.expect("a page");
            let Some(last) = rows.last() else { break };
            after = Some(last.key.clone());
            for row in &rows {
                assert!(keys.insert(row.key.clone()), "{} came twice", row.key);
                for column in table.columns() {
                    assert!(row.row.get(column).is_some(), "{table:?} has no {column}");
                }
                assert_eq!(cells(&row.row, table.columns()).len(), table.columns().len());
            }
        }
        assert_eq!(keys.len(), expected, "{table:?}");
    }
}

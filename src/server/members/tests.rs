//! Members on a real Postgres: whole from the start, and one for each outside id whoever asks.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use sqlx::{PgPool, query_scalar};

use super::ensure_external;
use crate::{domain::card::CardNo, server::testing::at};

fn wanted(range: std::ops::Range<u32>) -> BTreeMap<String, Timestamp> {
    range.map(|number| (number.to_string(), at("1997-01-01T12:00:00Z"))).collect()
}

async fn count(pool: &PgPool, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("select count(distinct member_id) from {table}"));
    query_scalar(sql).fetch_one(pool).await.expect("a count")
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_batch_makes_those_who_are_missing_and_keeps_the_rest(pool: PgPool) {
    let now = at("2026-11-21T10:00:00Z");
    let mut conn = pool.acquire().await.expect("a connection");
    let first = ensure_external(&mut conn, &wanted(0..600), now).await.expect("made");
    let second = ensure_external(&mut conn, &wanted(300..900), now).await.expect("made");
    assert_eq!((first.len(), second.len()), (600, 600));
    for number in 300..600 {
        let id = number.to_string();
        assert_eq!(first[&id], second[&id]);
    }
    for table in ["members", "member_profiles", "cards", "wallets", "external_ids"] {
        assert_eq!(count(&pool, table).await, 900, "{table}");
    }
    let cards: Vec<String> = query_scalar("select card_no from cards").fetch_all(&pool).await.expect("cards");
    assert!(cards.iter().all(|card| CardNo::parse(card).is_some()), "every card has its check digit");
    let name: String = query_scalar(
        "select display_name from member_profiles
         join external_ids using (member_id) where external_id = '77'",
    )
    .fetch_one(&pool)
    .await
    .expect("a name");
    assert_eq!(name, "Member 77");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn two_batches_at_once_make_each_member_once(pool: PgPool) {
    let now = at("2026-11-21T10:00:00Z");
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut tx = pool.begin().await.expect("a transaction");
                let found = ensure_external(&mut tx, &wanted(0..200), now).await.expect("made");
                tx.commit().await.expect("committed");
                found
            })
        })
        .collect();
    let mut seen = HashSet::new();
    for task in tasks {
        let found = task.await.expect("no panic");
        assert_eq!(found.len(), 200);
        seen.extend(found.into_values());
    }
    assert_eq!(seen.len(), 200, "everybody got the same members");
    assert_eq!(count(&pool, "wallets").await, 200);
}

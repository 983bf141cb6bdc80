//! What purchases and activities name, for those who choose from it.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sqlx::PgPool;

use super::{CHOICES, LOOKED_AT, Words, words};
use crate::{
    domain::{
        activity::Activity,
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
    },
    server::{
        earning::{activities, record},
        testing::context,
    },
};

fn sold(number: i64, sku: &str, store: &str) -> Purchase {
    let line = |sku: &str, category: &str| Line {
        sku: Some(sku.to_owned()),
        category: Some(category.to_owned()),
        quantity: 1,
        amount: Money(100),
        flags: Flags::default(),
    };
    Purchase {
        source: "till".to_owned(),
        document_id: number.to_string(),
        member: MemberRef::ExternalId("maya".to_owned()),
        store: Some(store.to_owned()),
        purchased_at: "2026-11-01T08:00:00Z".parse::<jiff::Timestamp>().expect("an instant")
            + SignedDuration::from_mins(number),
        amount: Money(200),
        lines: vec![line(sku, "coffee"), line("bun", "cake")],
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_words_of_the_newest_purchases_are_known(pool: PgPool) {
    let ctx = context(pool).await;
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    assert_eq!(words(&mut conn).await.expect("words"), Words::default());
    record(&ctx, &[sold(1, "espresso", "Canal Street"), sold(2, "filter", "Mill Lane")])
        .await
        .expect("recorded");
    let text = |of: &[&str]| of.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let known = words(&mut conn).await.expect("words");
    assert_eq!(known.categories, text(&["cake", "coffee"]));
    assert_eq!(known.stores, text(&["Canal Street", "Mill Lane"]));
    assert_eq!(known.skus, text(&["bun", "espresso", "filter"]));
    // A shop of many articles is no list to choose from.
    let many = i64::try_from(CHOICES).expect("a number");
    let many: Vec<Purchase> = (3..many + 3).map(|n| sold(n, &format!("sku-{n}"), "Mill Lane")).collect();
    record(&ctx, &many).await.expect("recorded");
    let known = words(&mut conn).await.expect("words");
    assert_eq!((known.skus.len(), known.categories.len()), (0, 2));
    // Nothing but the newest is read, along the index of time.
    sqlx::query(
        "insert into purchases (member_id, purchase_id, source, document_id, store, purchased_at, received_at,
             amount, quantity, points)
         select gen_random_uuid(), gen_random_uuid(), 'till', 'n' || n, 'Quay', '2026-11-20', '2026-11-20',
             1, 1, 0
         from generate_series(1, $1) n",
    )
    .bind(LOOKED_AT)
    .execute(&mut *conn)
    .await
    .expect("newer ones");
    assert_eq!(words(&mut conn).await.expect("words").stores, text(&["Quay"]));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn every_kind_of_activity_is_known_once(pool: PgPool) {
    let ctx = context(pool).await;
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    assert_eq!(activities::kinds(&mut conn).await.expect("kinds"), Vec::<String>::new());
    let did = |(place, kind): (usize, &str)| Activity {
        source: "till".to_owned(),
        document_id: place.to_string(),
        member: MemberRef::ExternalId("maya".to_owned()),
        kind: kind.to_owned(),
        occurred_at: ctx.clock.now(),
        attributes: BTreeMap::new(),
    };
    let sent = ["visit", "review", "visit", "survey", "review"];
    let sent: Vec<Activity> = sent.into_iter().enumerate().map(did).collect();
    activities::record(&ctx, &sent).await.expect("recorded");
    assert_eq!(activities::kinds(&mut conn).await.expect("kinds"), ["review", "survey", "visit"]);
}

//! Finding members on a real Postgres.

use std::collections::BTreeMap;

use sqlx::{PgPool, query_scalar};

use super::*;
use crate::{
    domain::ids::AccountId,
    server::{
        context::new_id,
        members::{
            ensure_external,
            joining::{self, Joining},
        },
        testing,
    },
};

fn ines() -> Staff {
    Staff { account_id: AccountId(new_id()), name: "Ines Okafor".into() }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_member_is_found_by_whatever_they_have(pool: PgPool) {
    let (ctx, by) = (testing::context(pool).await, ines());
    let wanted: BTreeMap<String, Timestamp> =
        (0..60).map(|number| (format!("JR-{number:04}"), ctx.clock.now())).collect();
    let made = ensure_external(&mut ctx.pool.acquire().await.expect("conn"), &wanted, ctx.clock.now()).await;
    let target = made.expect("made")["JR-0042"];
    let form = Joining {
        display_name: "Maya Lindqvist".into(),
        email: "Maya@Example.org".into(),
        password: "a long enough password".into(),
        card: String::new(),
        request_id: new_id(),
    };
    let maya = joining::join(&ctx, "203.0.113.7", &form).await.expect("joined").member_id;
    let card: String = query_scalar("select card_no from cards where member_id = $1")
        .bind(target.0)
        .fetch_one(&ctx.pool)
        .await
        .expect("a card");
    let spaced = format!("{} {}-{}", &card[..3], &card[3..6], &card[6..]);
    for (words, member) in
        [("lindq", maya), ("maya@example", maya), ("jr-0042", target), (spaced.as_str(), target)]
    {
        let (found, _) = search(&ctx, &by, words, None).await.expect("an answer");
        assert_eq!(found.iter().map(|person| person.member_id).collect::<Vec<_>>(), [member], "{words}");
    }
    for words in ["%", "nobody of that name"] {
        assert_eq!(search(&ctx, &by, words, None).await.expect("an answer").0.len(), 0, "{words}");
    }
    let person = find(&ctx, &by, maya).await.expect("found");
    assert_eq!((person.email.as_deref(), person.external_id), (Some("maya@example.org"), None));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn pages_follow_one_another_without_gaps(pool: PgPool) {
    let (ctx, by) = (testing::context(pool).await, ines());
    let wanted: BTreeMap<String, Timestamp> =
        (0..60).map(|number| (number.to_string(), ctx.clock.now())).collect();
    let mut conn = ctx.pool.acquire().await.expect("conn");
    ensure_external(&mut conn, &wanted, ctx.clock.now()).await.expect("made");
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let (page, more) = search(&ctx, &by, "", after).await.expect("a page");
        after = page.last().map(|last| last.member_id);
        seen.extend(page.into_iter().map(|person| person.member_id));
        if !more {
            break;
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((seen.len(), count(&ctx, &by).await.expect("count")), (60, 60));
}

//! Members on a real Postgres: whole from the start, and one for each outside id whoever asks.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use sqlx::{PgPool, query_scalar};

use super::{
    ensure_external,
    joining::{Joining, join},
};
use crate::{
    domain::{card::CardNo, ids::MemberId, refusal::Code},
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        identity::{Caller, Member, accounts, links},
        testing::{at, context},
    },
};

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

/// A member that a till made, and the number of their card.
async fn made_by_a_till(ctx: &Context) -> (MemberId, String) {
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let made = ensure_external(&mut conn, &wanted(7..8), ctx.clock.now()).await.expect("made")["7"];
    let card = query_scalar("select card_no from cards where member_id = $1").bind(made.0);
    (made, card.fetch_one(&mut *conn).await.expect("a card"))
}

async fn joins_with(ctx: &Context, card: &str) -> Result<Member> {
    let form = Joining {
        display_name: "Cleo".to_owned(),
        email: format!("{}@example.org", new_id().simple()),
        password: "a few words in a row".to_owned(),
        card: card.to_owned(),
        request_id: new_id(),
    };
    join(ctx, "192.0.2.1", &form).await
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_joins_with_a_card_becomes_its_member_and_nobody_after_them(pool: PgPool) {
    let ctx = context(pool).await;
    let sql = "update programs set welcome_points = 50";
    sqlx::query(sql).execute(&ctx.pool).await.expect("points for those who join");
    let (made, card) = made_by_a_till(&ctx).await;
    let spaced = format!("{} {}-{}", &card[..3], &card[3..6], &card[6..]);
    let cleo = joins_with(&ctx, &spaced).await.expect("joined");
    assert_eq!(cleo.member_id, made);
    assert_eq!(super::display_name(&ctx, &cleo).await.expect("a name"), "Cleo");
    assert_eq!(crate::server::ledger::balances(&ctx, made).await.expect("balances").available, 50);
    let mut told = Vec::new();
    for other in [card, CardNo::drawn(1).digits().to_owned(), "123 456 789".to_owned()] {
        let Err(Error::Refused(refusal)) = joins_with(&ctx, &other).await else { panic!("refused {other}") };
        assert_eq!(refusal.fields[0].field, "card");
        told.push(refusal.fields[0].message.clone());
    }
    assert_eq!(told[0], told[1], "nobody learns which cards there are");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_collected_under_an_address_is_theirs_who_read_its_mail(pool: PgPool) {
    let ctx = context(pool).await;
    let sql = "update programs set welcome_points = 50";
    sqlx::query(sql).execute(&ctx.pool).await.expect("points for those who join");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let known = BTreeMap::from([("cleo@example.org".to_owned(), ctx.clock.now())]);
    let known = ensure_external(&mut conn, &known, ctx.clock.now()).await.expect("made")["cleo@example.org"];
    let form = |password: &str| Joining {
        display_name: "Cleo".to_owned(),
        email: "Cleo@example.org".to_owned(),
        password: password.to_owned(),
        card: String::new(),
        request_id: new_id(),
    };
    for _ in 0..2 {
        let refused = join(&ctx, "192.0.2.1", &form("a few words in a row")).await;
        let Err(Error::Refused(refusal)) = refused else { panic!("the address is to be shown first") };
        assert_eq!(refusal.fields[0].field, "email");
        assert!(refusal.fields[0].message.contains("on its way"), "{refusal}");
    }
    let mails: Vec<String> = query_scalar("select body from mails order by created_at, mail_id")
        .fetch_all(&ctx.pool)
        .await
        .expect("mails");
    let last = mails.last().expect("a mail");
    let token = last.split_once("/reset/").expect("a link").1.split_whitespace().next().expect("a token");
    let link = links::choose_password(&ctx, token, "battery staple").await.expect("chosen");
    let caller =
        accounts::sign_in(&ctx, "192.0.2.1", "cleo@example.org", "battery staple").await.expect("in");
    let Caller::Member(cleo) = caller else { panic!("a member") };
    assert_eq!((cleo.member_id, cleo.account_id), (known, link.account_id));
    assert_eq!(crate::server::ledger::balances(&ctx, known).await.expect("balances").available, 50);
    let stranger = join(&ctx, "192.0.2.1", &form("a few words in a row")).await;
    let Err(Error::Refused(refusal)) = stranger else { panic!("it is Cleo's now") };
    assert!(refusal.fields[0].message.contains("member already"));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn two_who_claim_a_card_at_once_are_one_member_and_one_refusal(pool: PgPool) {
    let ctx = context(pool).await;
    let (made, card) = made_by_a_till(&ctx).await;
    let (one, other) = tokio::join!(joins_with(&ctx, &card), joins_with(&ctx, &card));
    let joined: Vec<Member> = [one, other].into_iter().filter_map(Result::ok).collect();
    assert_eq!(joined.iter().map(|member| member.member_id).collect::<Vec<_>>(), [made]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn cards_are_not_found_by_trying(pool: PgPool) {
    let ctx = context(pool).await;
    let (_, card) = made_by_a_till(&ctx).await;
    for chance in 0..10 {
        assert!(joins_with(&ctx, CardNo::drawn(chance).digits()).await.is_err());
    }
    let Err(Error::Refused(refusal)) = joins_with(&ctx, &card).await else { panic!("one try too many") };
    assert_eq!(refusal.code, crate::domain::refusal::Code::TooManyAttempts);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_is_a_member_is_not_found_out_by_trying(pool: PgPool) {
    let ctx = context(pool).await;
    let form = |email: &str| Joining {
        display_name: "Maya".to_owned(),
        email: email.to_owned(),
        password: "a few words in a row".to_owned(),
        card: String::new(),
        request_id: new_id(),
    };
    let tried = async |email: &str| match join(&ctx, "192.0.2.9", &form(email)).await {
        Ok(_) => None,
        Err(Error::Refused(refusal)) => Some(refusal.code),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(tried("maya@example.org").await, None);
    for _ in 0..40 {
        assert_eq!(tried("maya@example.org").await, Some(Code::EmailTaken));
    }
    assert_eq!(tried("maya@example.org").await, Some(Code::TooManyAttempts));
    assert_eq!(tried("new@example.org").await, Some(Code::TooManyAttempts), "whoever is asked about");
    assert!(join(&ctx, "192.0.2.10", &form("new@example.org")).await.is_ok(), "from elsewhere");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn made_up_names_are_told_apart(pool: PgPool) {
    let now = at("2026-11-21T10:00:00Z");
    let mut conn = pool.acquire().await.expect("a connection");
    // So many that some of one batch, and some of two, draw the same.
    for range in [0..700, 700..1_400] {
        ensure_external(&mut conn, &wanted(range), now).await.expect("made");
    }
    let names: i64 = query_scalar("select count(distinct pseudonym) from members")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(names, 1_400);
}

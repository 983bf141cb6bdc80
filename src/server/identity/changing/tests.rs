//! Changing the address on a real Postgres.

use sqlx::{PgPool, query_scalar};

use super::{ask, confirm, look};
use crate::{
    domain::refusal::Code,
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        identity::{Member, accounts, links},
        members::joining::{Joining, join},
        testing::context,
    },
};

const HERE: &str = "192.0.2.1";
const PASSWORD: &str = "correct horse";
const OLD: &str = "maya@example.org";
const NEW: &str = "maya@example.net";

async fn joined(ctx: &Context, email: &str) -> Member {
    let form = Joining {
        display_name: "Maya".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        card: String::new(),
        request_id: new_id(),
    };
    join(ctx, HERE, &form).await.expect("joined")
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

/// The token of the newest link that was mailed to an address, if one was.
async fn mailed(pool: &PgPool, email: &str) -> Option<String> {
    let body: Option<String> = query_scalar(
        "select body from mails where recipient = $1 and body like '%?address=%'
         order by mail_id desc limit 1",
    )
    .bind(email)
    .fetch_optional(pool)
    .await
    .expect("an answer");
    Some(body?.split("/confirm/").nth(1)?.split('?').next()?.to_owned())
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_request_too_many_leaves_the_last_link_as_it_is(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let member = joined(&ctx, OLD).await;
    for _ in 0..5 {
        ask(&ctx, HERE, &member, NEW, PASSWORD).await.expect("asked");
    }
    assert_eq!(code(ask(&ctx, HERE, &member, NEW, PASSWORD).await), Code::TooManyAttempts);
    let token = mailed(&pool, NEW).await.expect("a link");
    confirm(&ctx, &token, NEW).await.expect("it is good");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_link_to_the_new_address_makes_it_theirs(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let member = joined(&ctx, OLD).await;
    assert_eq!(code(ask(&ctx, HERE, &member, "nothing", PASSWORD).await), Code::Invalid);
    assert_eq!(code(ask(&ctx, HERE, &member, OLD, PASSWORD).await), Code::Invalid);
    assert_eq!(code(ask(&ctx, HERE, &member, NEW, "wrong").await), Code::WrongCredentials);
    assert_eq!(mailed(&pool, NEW).await, None);

    ask(&ctx, HERE, &member, NEW, PASSWORD).await.expect("asked");
    let first = mailed(&pool, NEW).await.expect("a link");
    ask(&ctx, HERE, &member, NEW, PASSWORD).await.expect("asked again");
    let token = mailed(&pool, NEW).await.expect("another link");
    assert_eq!(code(look(&ctx, &first, NEW).await), Code::LinkExpired, "the older link is dead");
    assert_eq!(code(confirm(&ctx, &token, "eve@example.net").await), Code::LinkExpired, "for NEW alone");
    links::ask(&ctx, HERE, OLD).await.expect("a link for a password");
    confirm(&ctx, &token, NEW).await.expect("changed");
    assert_eq!(code(confirm(&ctx, &token, NEW).await), Code::LinkExpired, "a link works once");

    accounts::sign_in(&ctx, HERE, NEW, PASSWORD).await.expect("with the new address");
    assert_eq!(code(accounts::sign_in(&ctx, HERE, OLD, PASSWORD).await), Code::WrongCredentials);
    let (told, links): (i64, i64) = sqlx::query_as(
        "select (select count(*) from mails where recipient = $1 and subject like '%another address%'),
             (select count(*) from account_links where used_at is null)",
    )
    .bind(OLD)
    .fetch_one(&pool)
    .await
    .expect("counts");
    assert_eq!((told, links), (1, 0), "the old address is told, and no link of before is good");

    crate::server::members::erasing::leave(&ctx, HERE, &member, PASSWORD).await.expect("left");
    let mails: i64 = query_scalar("select count(*) from mails").fetch_one(&pool).await.expect("a count");
    assert_eq!(mails, 0, "what was written to either address is gone");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_address_that_is_taken_gets_the_same_answer_and_no_mail(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let member = joined(&ctx, OLD).await;
    joined(&ctx, NEW).await;
    ask(&ctx, HERE, &member, NEW, PASSWORD).await.expect("the same answer");
    assert_eq!(mailed(&pool, NEW).await, None);
    ask(&ctx, HERE, &member, "late@example.net", PASSWORD).await.expect("asked");
    let token = mailed(&pool, "late@example.net").await.expect("a link");
    joined(&ctx, "late@example.net").await;
    assert_eq!(code(confirm(&ctx, &token, "late@example.net").await), Code::LinkExpired, "taken meanwhile");
    accounts::sign_in(&ctx, HERE, OLD, PASSWORD).await.expect("nothing changed");
}

//! Staff accounts on a real Postgres.

use sqlx::{PgPool, query, query_scalar};

use super::{invite, list, remove};
use crate::{
    domain::refusal::{Code, Refusal},
    server::{
        error::{Error, Result},
        identity::{accounts, links},
        testing::context,
    },
};

const HERE: &str = "192.0.2.1";
const PASSWORD: &str = "correct horse";

fn refusal<T: std::fmt::Debug>(answer: Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn whoever_is_removed_is_out_at_once_and_can_be_brought_back(pool: PgPool) {
    let ctx = context(pool).await;
    let token = |url: &str| url.rsplit('/').next().expect("a token").to_owned();
    let url = invite(&ctx, "rosa@example.org", "Rosa").await.expect("a link");
    let listed = list(&ctx).await.expect("listed");
    assert!(!listed[0].has_password, "the link was not opened yet");
    links::choose_password(&ctx, &token(&url), PASSWORD).await.expect("chosen");
    let caller = accounts::sign_in(&ctx, HERE, "rosa@example.org", PASSWORD).await.expect("signed in");
    let account = caller.account_id();
    query(
        "insert into sessions (session_id, account_id, data, expires_at) values ('s', $1, '{}', 'infinity')",
    )
    .bind(account.0)
    .execute(&ctx.pool)
    .await
    .expect("a session");
    links::ask(&ctx, HERE, "rosa@example.org").await.expect("a link is on its way");

    remove(&ctx, " Rosa@Example.org ").await.expect("removed");
    let left = "select (select count(*) from sessions) + (select count(*) from account_links)";
    let left: i64 = query_scalar(left).fetch_one(&ctx.pool).await.expect("a count");
    assert_eq!(left, 0, "neither a session nor a link is left");
    let out = refusal(accounts::sign_in(&ctx, HERE, "rosa@example.org", PASSWORD).await);
    assert_eq!(out.code, Code::WrongCredentials);
    assert!(list(&ctx).await.expect("listed")[0].removed_at.is_some());
    assert_eq!(refusal(remove(&ctx, "rosa@example.org").await).code, Code::NotFound);

    let back = invite(&ctx, "rosa@example.org", "Rosa").await.expect("a link");
    links::choose_password(&ctx, &token(&back), "another password").await.expect("chosen");
    let caller = accounts::sign_in(&ctx, HERE, "rosa@example.org", "another password").await;
    assert_eq!(caller.expect("signed in").account_id(), account);
    let said: Vec<String> = query_scalar("select action from audit_events order by at, audit_event_id")
        .fetch_all(&ctx.pool)
        .await
        .expect("the log");
    assert_eq!(said, ["staff.invite", "staff.remove", "staff.invite"]);
}

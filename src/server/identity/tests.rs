//! Accounts, links, limits and sessions on a real Postgres.

use std::sync::Arc;

use jiff::SignedDuration;
use sqlx::{PgPool, query_scalar};
use tower_sessions::{Session, SessionStore};
use uuid::Uuid;

use super::{
    Caller, Member, accounts, jobs,
    links::{self, Purpose},
    sessions::{self, Sessions},
};
use crate::{
    domain::refusal::{Code, Refusal},
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        members::joining::{Joining, join},
        staff,
        testing::{context, wait},
    },
};

const HERE: &str = "192.0.2.1";
const PASSWORD: &str = "correct horse";

fn maya() -> Joining {
    Joining {
        display_name: "Maya".to_owned(),
        email: "Maya@Example.org ".to_owned(),
        password: PASSWORD.to_owned(),
        card: String::new(),
        request_id: new_id(),
    }
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T>) -> Refusal {
    match outcome {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    query_scalar(sql).fetch_one(pool).await.expect("a count")
}

/// The token of the newest mailed link, as its reader sees it.
async fn mailed_token(pool: &PgPool) -> String {
    let body: String =
        query_scalar("select body from mails where body like '%/reset/%' order by mail_id desc")
            .fetch_one(pool)
            .await
            .expect("a mail with a link");
    let token = body.split("/reset/").nth(1).expect("a link").lines().next().expect("a line");
    assert_eq!(token.len(), 64);
    token.to_owned()
}

async fn look(ctx: &Context, token: &str) -> Result<links::Link> {
    links::look(ctx, token, Purpose::Password).await
}

async fn begin(ctx: &Context, caller: &Caller) -> Session {
    let session = Session::new(None, store(ctx), None);
    sessions::begin(ctx, &session, caller).await.expect("begun");
    session.save().await.expect("saved");
    session
}

fn store(ctx: &Context) -> Arc<Sessions> {
    Arc::new(Sessions::new(ctx))
}

/// The same browser with its next request.
async fn comes_back(ctx: &Context, session: &Session) -> Option<Caller> {
    let again = Session::new(session.id(), store(ctx), None);
    let caller = sessions::caller(ctx, &again).await.expect("an answer");
    if again.is_modified() {
        again.save().await.expect("saved");
    }
    caller
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn joining_makes_a_whole_member_who_can_sign_in(pool: PgPool) {
    let ctx = context(pool).await;
    sqlx::query("update programs set welcome_points = 50").execute(&ctx.pool).await.expect("set");
    let member = join(&ctx, HERE, &maya()).await.expect("joined");
    for table in ["members", "member_profiles", "wallets", "cards", "accounts", "mails"] {
        let rows: i64 = query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&ctx.pool)
            .await
            .expect("a count");
        assert_eq!(rows, 1, "{table}");
    }
    let welcome: i64 =
        query_scalar("select available from wallets").fetch_one(&ctx.pool).await.expect("points");
    assert_eq!(welcome, 50);
    let caller = accounts::sign_in(&ctx, HERE, "maya@EXAMPLE.org", PASSWORD).await.expect("signed in");
    assert_eq!(caller, Caller::Member(member));
    let kept: String =
        query_scalar("select password_hash from accounts").fetch_one(&ctx.pool).await.expect("a hash");
    assert!(!kept.contains(PASSWORD) && kept.starts_with("$argon2id$"));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_form_sent_twice_joins_once_even_at_the_same_time(pool: PgPool) {
    let ctx = context(pool).await;
    let form = maya();
    let (first, second) = tokio::join!(join(&ctx, HERE, &form), join(&ctx, HERE, &form));
    let (first, second) = (first.expect("joined"), second.expect("the same"));
    assert_eq!(first.account_id, second.account_id);
    let kept = count(&ctx.pool, "select count(*) from members").await;
    assert_eq!(kept, 1);
    assert_eq!(first.member_id, second.member_id);
    let thief = Joining { password: "another password".to_owned(), ..form };
    assert_eq!(refusal(join(&ctx, HERE, &thief).await).code, Code::WrongCredentials);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_taken_address_is_told_beside_the_field(pool: PgPool) {
    let ctx = context(pool).await;
    join(&ctx, HERE, &maya()).await.expect("joined");
    let refused = refusal(join(&ctx, HERE, &maya()).await);
    assert_eq!(refused.code, Code::EmailTaken);
    assert_eq!(refused.fields.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["email"]);
    assert_eq!(count(&ctx.pool, "select count(*) from members").await, 1, "the second left nothing behind");
    assert_eq!(count(&ctx.pool, "select count(*) from accounts").await, 1);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn every_wrong_field_is_told_at_once(pool: PgPool) {
    let ctx = context(pool).await;
    let form = Joining {
        display_name: " ".to_owned(),
        email: "maya.example.org".to_owned(),
        password: "password1".to_owned(),
        card: String::new(),
        request_id: Uuid::nil(),
    };
    let refused = refusal(join(&ctx, HERE, &form).await);
    let fields: Vec<&str> = refused.fields.iter().map(|error| error.field.as_str()).collect();
    assert_eq!((refused.code, fields), (Code::Invalid, vec!["display_name", "email", "password"]));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn wrong_password_and_unknown_address_get_the_same_answer(pool: PgPool) {
    let ctx = context(pool).await;
    join(&ctx, HERE, &maya()).await.expect("joined");
    let wrong = refusal(accounts::sign_in(&ctx, HERE, "maya@example.org", "wrong horse").await);
    let unknown = refusal(accounts::sign_in(&ctx, HERE, "noor@example.org", "wrong horse").await);
    assert_eq!(wrong.code, Code::WrongCredentials);
    assert_eq!(wrong, unknown);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn guessing_is_stopped_but_not_the_member_elsewhere(pool: PgPool) {
    let ctx = context(pool).await;
    join(&ctx, HERE, &maya()).await.expect("joined");
    for _ in 0..10 {
        let refused = refusal(accounts::sign_in(&ctx, HERE, "maya@example.org", "wrong horse").await);
        assert_eq!(refused.code, Code::WrongCredentials);
    }
    let refused = refusal(accounts::sign_in(&ctx, HERE, "maya@example.org", PASSWORD).await);
    assert_eq!(refused.code, Code::TooManyAttempts);
    assert!(refused.message.contains("15 minutes"), "{}", refused.message);
    accounts::sign_in(&ctx, "192.0.2.2", "maya@example.org", PASSWORD).await.expect("from elsewhere");
    wait(&ctx, SignedDuration::from_mins(15));
    accounts::sign_in(&ctx, HERE, "maya@example.org", PASSWORD).await.expect("when the time is over");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn rightful_sign_ins_are_not_counted(pool: PgPool) {
    let ctx = context(pool).await;
    join(&ctx, HERE, &maya()).await.expect("joined");
    for _ in 0..15 {
        accounts::sign_in(&ctx, HERE, "maya@example.org", PASSWORD).await.expect("signed in");
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_link_changes_the_password_once_and_ends_the_sessions(pool: PgPool) {
    let ctx = context(pool).await;
    let member = join(&ctx, HERE, &maya()).await.expect("joined");
    let thief = begin(&ctx, &Caller::Member(member)).await;
    links::ask(&ctx, HERE, "maya@example.org").await.expect("asked");
    let token = mailed_token(&ctx.pool).await;
    let kept: i64 = query_scalar("select count(*) from account_links where token_hash = $1")
        .bind(token.as_bytes())
        .fetch_one(&ctx.pool)
        .await
        .expect("a count");
    assert_eq!(kept, 0, "the token itself is not kept");
    assert_eq!(refusal(links::choose_password(&ctx, &token, "short").await).fields[0].field, "password");
    let link = links::choose_password(&ctx, &token, "battery staple").await.expect("chosen");
    assert_eq!((link.account_id, link.first, link.staff), (member.account_id, false, false));
    assert_eq!(comes_back(&ctx, &thief).await, None, "who was signed in is not any more");
    let again = refusal(links::choose_password(&ctx, &token, "third password").await);
    assert_eq!(again.code, Code::LinkExpired);
    refusal(accounts::sign_in(&ctx, HERE, "maya@example.org", PASSWORD).await);
    accounts::sign_in(&ctx, HERE, "maya@example.org", "battery staple").await.expect("signed in");
    let told = "select count(*) from mails where subject like '%was changed'";
    assert_eq!(count(&ctx.pool, told).await, 1);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_link_expires_after_an_hour(pool: PgPool) {
    let ctx = context(pool).await;
    join(&ctx, HERE, &maya()).await.expect("joined");
    links::ask(&ctx, HERE, "maya@example.org").await.expect("asked");
    let token = mailed_token(&ctx.pool).await;
    wait(&ctx, SignedDuration::from_mins(59));
    look(&ctx, &token).await.expect("still good");
    links::ask(&ctx, HERE, "maya@example.org").await.expect("asked again");
    assert_eq!(refusal(look(&ctx, &token).await).code, Code::LinkExpired, "the newer one counts");
    let token = mailed_token(&ctx.pool).await;
    wait(&ctx, SignedDuration::from_mins(60));
    assert_eq!(refusal(look(&ctx, &token).await).code, Code::LinkExpired);
    let late = refusal(links::choose_password(&ctx, &token, "battery staple").await);
    assert_eq!(late.code, Code::LinkExpired);
    jobs::clean(ctx.clone()).await.expect("cleaned");
    let passwords = "select count(*) from account_links where purpose = 'password'";
    assert_eq!(count(&ctx.pool, passwords).await, 0);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn asking_for_a_link_tells_nobody_who_is_a_member(pool: PgPool) {
    let ctx = context(pool).await;
    join(&ctx, HERE, &maya()).await.expect("joined");
    links::ask(&ctx, HERE, "noor@example.org").await.expect("the same answer");
    let made = "select count(*) from account_links where purpose = 'password'";
    assert_eq!(count(&ctx.pool, made).await, 0);
    for _ in 0..8 {
        links::ask(&ctx, HERE, "maya@example.org").await.expect("the same answer");
    }
    let mailed = count(&ctx.pool, "select count(*) from mails where subject like 'Choose%'").await;
    assert_eq!(mailed, 5, "a mailbox is not flooded");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_session_gets_a_new_id_at_sign_in_and_ends_at_sign_out(pool: PgPool) {
    let ctx = context(pool).await;
    let member = join(&ctx, HERE, &maya()).await.expect("joined");
    let first = begin(&ctx, &Caller::Member(member)).await;
    let planted = first.id();
    let session = Session::new(planted, store(&ctx), None);
    sessions::begin(&ctx, &session, &Caller::Member(member)).await.expect("begun");
    session.save().await.expect("saved");
    assert_ne!(session.id(), planted);
    assert_eq!(comes_back(&ctx, &first).await, None, "the planted id is worth nothing");
    assert_eq!(comes_back(&ctx, &session).await, Some(Caller::Member(member)));
    let kept: String =
        query_scalar("select session_id from sessions").fetch_one(&ctx.pool).await.expect("a row");
    assert_ne!(kept, session.id().expect("an id").to_string(), "the table keeps a hash");
    sessions::end(&session).await.expect("ended");
    assert_eq!(count(&ctx.pool, "select count(*) from sessions").await, 0);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_session_ends_when_idle_and_lives_while_it_is_used(pool: PgPool) {
    let ctx = context(pool).await;
    let member = join(&ctx, HERE, &maya()).await.expect("joined");
    let used = begin(&ctx, &Caller::Member(member)).await;
    let idle = begin(&ctx, &Caller::Member(member)).await;
    for _ in 0..6 {
        wait(&ctx, SignedDuration::from_hours(29 * 24));
        assert!(comes_back(&ctx, &used).await.is_some());
    }
    assert_eq!(comes_back(&ctx, &idle).await, None);
    wait(&ctx, SignedDuration::from_hours(7 * 24));
    assert_eq!(comes_back(&ctx, &used).await, None, "180 days are over");
    jobs::clean(ctx.clone()).await.expect("cleaned");
    assert_eq!(count(&ctx.pool, "select count(*) from sessions").await, 0);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_session_that_was_ended_elsewhere_stays_ended(pool: PgPool) {
    let ctx = context(pool).await;
    let member = join(&ctx, HERE, &maya()).await.expect("joined");
    let session = begin(&ctx, &Caller::Member(member)).await;
    let running = Session::new(session.id(), store(&ctx), None);
    assert!(sessions::caller(&ctx, &running).await.expect("an answer").is_some());
    store(&ctx).delete(&session.id().expect("an id")).await.expect("deleted");
    running.insert("note", 1).await.expect("kept for now");
    running.save().await.expect("saved");
    assert_eq!(comes_back(&ctx, &session).await, None);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_first_staff_account_comes_from_a_link(pool: PgPool) {
    let ctx = context(pool).await;
    let first = staff::invite(&ctx, "Rosa@Example.org", "Rosa").await.expect("a link");
    let second = staff::invite(&ctx, "rosa@example.org", "Rosa").await.expect("another");
    let token = |url: &str| url.rsplit('/').next().expect("a token").to_owned();
    assert_eq!(refusal(look(&ctx, &token(&first)).await).code, Code::LinkExpired);
    refusal(accounts::sign_in(&ctx, HERE, "rosa@example.org", PASSWORD).await);
    wait(&ctx, SignedDuration::from_hours(23));
    let link = links::choose_password(&ctx, &token(&second), PASSWORD).await.expect("chosen");
    assert!(link.first && link.staff);
    let caller = accounts::sign_in(&ctx, HERE, "rosa@example.org", PASSWORD).await.expect("signed in");
    assert!(matches!(caller, Caller::Staff(ref staff) if staff.name == "Rosa"), "{caller:?}");
    let Member { account_id, .. } = join(&ctx, HERE, &maya()).await.expect("joined");
    let taken = refusal(staff::invite(&ctx, "maya@example.org", "Maya").await);
    assert_eq!(taken.code, Code::EmailTaken, "{account_id} stays a member's");
}

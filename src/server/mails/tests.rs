//! What staff see of the mails, on a real Postgres.

use sqlx::{PgPool, query_scalar};

use super::{Links, PAGE, list, read, retry};
use crate::{
    domain::{
        email::Email,
        ids::{AccountId, MailId},
        mail::MailState,
        refusal::Code,
    },
    server::{
        context::{Context, new_id},
        error::Error,
        identity::{Staff, links},
        mail::{self, letters::Letter},
        staff,
        testing::context,
    },
};

fn rosa() -> Staff {
    Staff { account_id: AccountId(new_id()), name: "Rosa".to_owned() }
}

async fn queue(ctx: &Context, subject: &str) -> MailId {
    let letter = Letter { subject: subject.to_owned(), body: "Hello".to_owned() };
    let to = Email::parse("maya@example.org").expect("an address");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    mail::queue(&mut conn, &to, &letter, ctx.clock.now()).await.expect("queued")
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn pages_hold_every_mail_once_newest_first(pool: PgPool) {
    let ctx = context(pool).await;
    for number in 0..PAGE + 7 {
        queue(&ctx, &number.to_string()).await;
    }
    let (first, more) = list(&ctx, &rosa(), None).await.expect("a page");
    assert!(more);
    let (second, more) = list(&ctx, &rosa(), first.last().map(|mail| mail.mail_id)).await.expect("a page");
    assert!(!more);
    let seen: Vec<usize> =
        first.iter().chain(&second).map(|mail| mail.subject.parse().expect("a number")).collect();
    assert_eq!(seen, (0..PAGE + 7).rev().collect::<Vec<_>>());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_dead_mail_can_be_tried_again_and_that_is_recorded(pool: PgPool) {
    let ctx = context(pool).await;
    let mail_id = queue(&ctx, "Hello").await;
    let Err(Error::Refused(refused)) = retry(&ctx, &rosa(), mail_id).await else { panic!("it is not dead") };
    assert_eq!(refused.code, Code::NotFound);
    sqlx::query("update mails set dead_at = created_at, next_attempt_at = null, attempts = 9")
        .execute(&ctx.pool)
        .await
        .expect("killed");
    assert_eq!(read(&ctx, &rosa(), mail_id, false).await.expect("a mail").0.state, MailState::Dead);
    retry(&ctx, &rosa(), mail_id).await.expect("put back");
    assert_eq!(read(&ctx, &rosa(), mail_id, false).await.expect("a mail").0.state, MailState::Waiting);
    let by: String = query_scalar("select staff_name from audit_events where action = 'mail.retry'")
        .fetch_one(&ctx.pool)
        .await
        .expect("a record");
    assert_eq!(by, "Rosa");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn nobody_opens_the_desk_with_a_colleagues_mail(pool: PgPool) {
    let ctx = context(pool).await;
    staff::invite(&ctx, "olga@example.org", "Olga").await.expect("invited");
    links::ask(&ctx, "192.0.2.1", "olga@example.org").await.expect("mailed");
    let (mails, _) = list(&ctx, &rosa(), None).await.expect("a page");
    let (_, body, links) = read(&ctx, &rosa(), mails[0].mail_id, true).await.expect("a mail");
    assert!(body.contains("/reset/…") && links == Links::Never, "{body}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_sees_the_links_of_a_member_is_recorded(pool: PgPool) {
    let ctx = context(pool).await;
    let letter = Letter {
        subject: "A new password".to_owned(),
        body: "https://club.example.org/reset/abc123".to_owned(),
    };
    let to = Email::parse("maya@example.org").expect("an address");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let mail_id = mail::queue(&mut conn, &to, &letter, ctx.clock.now()).await.expect("queued");
    let seen = async || -> Vec<String> {
        let who = query_scalar("select staff_name from audit_events where action = 'mail.links'");
        who.fetch_all(&ctx.pool).await.expect("a log")
    };
    let (_, body, links) = read(&ctx, &rosa(), mail_id, false).await.expect("a mail");
    assert!(body.contains("/reset/…") && links == Links::Kept, "{body}");
    assert!(seen().await.is_empty(), "nothing was shown");
    let (_, body, links) = read(&ctx, &rosa(), mail_id, true).await.expect("a mail");
    assert!(body.contains("/reset/abc123") && links == Links::Whole, "{body}");
    assert_eq!(seen().await, ["Rosa"]);
}

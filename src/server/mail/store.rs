//! The rows of queued mail.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_as};
use uuid::Uuid;

use super::{letters::Letter, post::Due, state};
use crate::domain::{
    email::Email,
    ids::{AccountId, MailId, MemberId},
    mail::Mail,
};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub async fn insert(
    conn: &mut PgConnection,
    mail_id: MailId,
    about: Option<AccountId>,
    to: &Email,
    letter: &Letter,
    now: Timestamp,
) -> Result<()> {
    query!(
        "insert into mails (mail_id, recipient, subject, body, created_at, next_attempt_at, account_id)
         values ($1, $2, $3, $4, $5, $5,
             coalesce($6, (select account_id from account_emails where email = $2)))",
        mail_id.0,
        to.as_str(),
        letter.subject,
        letter.body,
        now.to_sqlx() as _,
        about.map(|account| account.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes mails that are due; nobody else takes them before `until`.
pub async fn lease(conn: &mut PgConnection, now: Timestamp, until: Timestamp, most: i64) -> Result<Vec<Due>> {
    let rows = query!(
        "with due as (
            select mail_id from mails where next_attempt_at <= $1
            order by next_attempt_at limit $3 for update skip locked
         )
         update mails set attempts = attempts + 1, next_attempt_at = $2
         from due where due.mail_id = mails.mail_id
         returning mails.mail_id, recipient, subject, body, created_at, attempts",
        now.to_sqlx() as _,
        until.to_sqlx() as _,
        most,
    )
    .fetch_all(conn)
    .await?;
    let due = |mail_id, created_at: jiff_sqlx::Timestamp| (MailId(mail_id), created_at.to_jiff());
    Ok(rows
        .into_iter()
        .map(|row| {
            let (mail_id, created_at) = due(row.mail_id, row.created_at);
            let (recipient, subject, body) = (row.recipient, row.subject, row.body);
            Due { mail_id, recipient, subject, body, created_at, attempts: row.attempts }
        })
        .collect())
}

/// Marks a mail as gone. What is kept of its text has no one-time links in it once an SMTP server has it.
pub async fn mark_sent(
    conn: &mut PgConnection,
    mail_id: MailId,
    by: &str,
    body: &str,
    now: Timestamp,
) -> Result<()> {
    query!(
        "update mails
         set sent_by = $2, body = $3, sent_at = $4, next_attempt_at = null, dead_at = null, last_error = null
         where mail_id = $1",
        mail_id.0,
        by,
        body,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes a failed attempt: when to try again, or dead when there is no next time.
pub async fn mark_failed(
    conn: &mut PgConnection,
    mail_id: MailId,
    error: &str,
    next: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    query!(
        "update mails
         set last_error = $2, next_attempt_at = $3,
             dead_at = case when $3::timestamptz is null then $4::timestamptz end
         where mail_id = $1",
        mail_id.0,
        error,
        next.map(ToSqlx::to_sqlx) as _,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a dead mail back into the queue; `false` when it is not dead.
pub async fn revive(conn: &mut PgConnection, mail_id: MailId, now: Timestamp) -> Result<bool> {
    let done = query!(
        "update mails set attempts = 0, next_attempt_at = $2, dead_at = null
         where mail_id = $1 and dead_at is not null",
        mail_id.0,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes the mails that were written to a member, sent or not, and tells when each was made.
pub async fn delete_to(conn: &mut PgConnection, member: MemberId) -> Result<Vec<(MailId, Timestamp)>> {
    let rows = query!(
        "with whose as (select account_id from accounts where member_id = $1)
         delete from mails where account_id in (select account_id from whose)
             or recipient in (select email from account_emails join whose using (account_id))
         returning mail_id, created_at",
        member.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (MailId(row.mail_id), row.created_at.to_jiff())).collect())
}

struct MailRow {
    mail_id: Uuid,
    recipient: String,
    subject: String,
    body: String,
    created_at: jiff_sqlx::Timestamp,
    attempts: i32,
    next_attempt_at: Option<jiff_sqlx::Timestamp>,
    sent_by: Option<String>,
    sent_at: Option<jiff_sqlx::Timestamp>,
    dead_at: Option<jiff_sqlx::Timestamp>,
    last_error: Option<String>,
}

impl MailRow {
    fn mail(self) -> Mail {
        Mail {
            mail_id: MailId(self.mail_id),
            recipient: self.recipient,
            subject: self.subject,
            created_at: self.created_at.to_jiff(),
            state: state(self.sent_by.as_deref(), self.dead_at.is_some(), self.attempts),
            attempts: self.attempts,
            sent_at: self.sent_at.map(jiff_sqlx::Timestamp::to_jiff),
            next_attempt_at: self.next_attempt_at.map(jiff_sqlx::Timestamp::to_jiff),
            last_error: self.last_error,
        }
    }
}

/// The newest mails first: ids grow with time, so they are the order and the cursor.
pub async fn newest(conn: &mut PgConnection, before: Option<MailId>, most: usize) -> Result<Vec<Mail>> {
    let rows = query_as!(
        MailRow,
        r#"select mail_id, recipient, subject, '' as "body!", created_at, attempts, next_attempt_at, sent_by,
                  sent_at, dead_at, last_error
           from mails where $1::uuid is null or mail_id < $1
           order by mail_id desc limit $2"#,
        before.map(|mail| mail.0),
        i64::try_from(most).unwrap_or(i64::MAX),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(MailRow::mail).collect())
}

pub async fn find(conn: &mut PgConnection, mail_id: MailId) -> Result<Option<(Mail, String)>> {
    let row = query_as!(
        MailRow,
        "select mail_id, recipient, subject, body, created_at, attempts, next_attempt_at, sent_by, sent_at,
                dead_at, last_error
         from mails where mail_id = $1",
        mail_id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|mut row| {
        let body = std::mem::take(&mut row.body);
        (row.mail(), body)
    }))
}

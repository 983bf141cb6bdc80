//! Mail: queued in the transaction that causes it, sent afterwards by a job: at least once, or visibly dead.
//! Without an SMTP server it is written to the data directory, where staff can read it.

pub mod jobs;
pub mod letters;
mod post;
mod store;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use jiff::Timestamp;
use sqlx::PgConnection;

use self::letters::Letter;
use super::{config::Config, context::new_id, error::Result};
use crate::domain::{
    email::Email,
    ids::{AccountId, MailId, MemberId},
    mail::{Mail, MailState},
};

/// Queues a mail in the caller's transaction.
pub async fn queue(conn: &mut PgConnection, to: &Email, letter: &Letter, now: Timestamp) -> Result<MailId> {
    let mail_id = MailId(new_id());
    store::insert(conn, mail_id, None, to, letter, now).await?;
    Ok(mail_id)
}

/// Queues a mail about an account to an address that is not, or no longer, the account's.
pub async fn queue_about(
    conn: &mut PgConnection,
    account: AccountId,
    to: &Email,
    letter: &Letter,
    now: Timestamp,
) -> Result<()> {
    Ok(store::insert(conn, MailId(new_id()), Some(account), to, letter, now).await?)
}

/// The newest mails first, older than `before`.
pub async fn newest(conn: &mut PgConnection, before: Option<MailId>, most: usize) -> Result<Vec<Mail>> {
    Ok(store::newest(conn, before, most).await?)
}

/// One mail with its text.
pub async fn find(conn: &mut PgConnection, mail_id: MailId) -> Result<Option<(Mail, String)>> {
    Ok(store::find(conn, mail_id).await?)
}

/// Puts a dead mail back into the queue; `false` when it is not dead.
pub async fn revive(conn: &mut PgConnection, mail_id: MailId, now: Timestamp) -> Result<bool> {
    Ok(store::revive(conn, mail_id, now).await?)
}

/// Deletes every mail that was written to a member, sent or not, with the files of those that were written to
/// the data directory. The files go first: a process that dies in between leaves none behind.
pub async fn forget(config: &Config, conn: &mut PgConnection, member: MemberId) -> Result<()> {
    for (mail_id, created_at) in store::delete_to(conn, member).await? {
        let file = folder(config).join(post::file_name(mail_id, created_at));
        match tokio::fs::remove_file(file).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Where mails are written while no SMTP server is set.
#[must_use]
pub fn folder(config: &Config) -> PathBuf {
    config.data_dir.join("mails")
}

/// Blots out the tokens of one-time links.
#[must_use]
pub fn without_tokens(body: &str) -> String {
    ["/reset/", "/confirm/"].into_iter().fold(body.to_owned(), |body, path| {
        let mut parts = body.split(path);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(path);
            out.push('…');
            out.push_str(part.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
        }
        out
    })
}

/// What became of a mail, from its marks.
fn state(sent_by: Option<&str>, dead: bool, attempts: i32) -> MailState {
    match (sent_by, dead) {
        (Some("smtp"), _) => MailState::Sent,
        (Some(_), _) => MailState::Written,
        (None, true) => MailState::Dead,
        (None, false) if attempts > 0 => MailState::Retrying,
        (None, false) => MailState::Waiting,
    }
}

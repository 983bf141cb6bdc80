//! The mails as staff see them.

#[cfg(test)]
mod tests;

use serde_json::json;

use super::{
    audit::{self, Change},
    context::Context,
    error::{Error, Result},
    identity::{Staff, accounts},
    mail,
};
use crate::domain::{ids::MailId, mail::Mail};

/// How many mails a page of the list has.
pub const PAGE: usize = 50;

/// A page of the mails, newest first, older than `before`; and whether there are more.
pub async fn list(ctx: &Context, _by: &Staff, before: Option<MailId>) -> Result<(Vec<Mail>, bool)> {
    let mut conn = ctx.pool.acquire().await?;
    let mut mails = mail::newest(&mut conn, before, PAGE + 1).await?;
    let more = mails.len() > PAGE;
    mails.truncate(PAGE);
    Ok((mails, more))
}

/// One mail with its text. Where mails leave by SMTP nobody but the addressee needs its links, so they are
/// blotted out; those to staff always, since they would open the desk as somebody else. Refused: `not_found`.
pub async fn read(ctx: &Context, _by: &Staff, mail_id: MailId) -> Result<(Mail, String)> {
    let mut conn = ctx.pool.acquire().await?;
    let found = mail::find(&mut conn, mail_id).await?;
    let (found, body) = found.ok_or_else(|| Error::not_found("This mail"))?;
    let is_for_staff = accounts::is_staff(&mut conn, &found.recipient).await?;
    let body =
        if is_for_staff || ctx.config.smtp_url().is_some() { mail::without_tokens(&body) } else { body };
    Ok((found, body))
}

/// Tries a dead mail again. Refused: `not_found`, also when it is not dead any more.
pub async fn retry(ctx: &Context, by: &Staff, mail_id: MailId) -> Result<()> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    if !mail::revive(&mut tx, mail_id, now).await? {
        return Err(Error::not_found("A mail that can be tried again"));
    }
    let subject = format!("mail {mail_id}");
    let (old, new) = (Some(json!({"state": "dead"})), Some(json!({"state": "waiting"})));
    audit::record(&mut tx, by, now, Change { action: "mail.retry", subject, old, new, reason: None }).await?;
    tx.commit().await?;
    Ok(())
}

/// Where mails are written; `None` when they leave by SMTP.
#[must_use]
pub fn folder(ctx: &Context) -> Option<std::path::PathBuf> {
    ctx.config.smtp_url().is_none().then(|| mail::folder(&ctx.config))
}

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

/// What the links of a mail are to whom reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// There are none, or they are shown.
    Whole,
    /// They act as the addressee: they are blotted out until somebody says that they want them.
    Kept,
    /// They are nobody's but the addressee's.
    Never,
}

/// One mail with its text. Its links are blotted out: whoever has them acts as the addressee. Where mails
/// leave by SMTP nobody else needs them, and those to staff would open the desk as somebody else. The rest
/// are shown to whoever says so (`show`), and the audit log tells who it was. Refused: `not_found`.
pub async fn read(ctx: &Context, by: &Staff, mail_id: MailId, show: bool) -> Result<(Mail, String, Links)> {
    let mut tx = ctx.pool.begin().await?;
    let found = mail::find(&mut tx, mail_id).await?;
    let (found, body) = found.ok_or_else(|| Error::not_found("This mail"))?;
    let blotted = mail::without_tokens(&body);
    if blotted == body {
        return Ok((found, body, Links::Whole));
    }
    if ctx.config.smtp_url().is_some() || accounts::is_staff(&mut tx, &found.recipient).await? {
        return Ok((found, blotted, Links::Never));
    }
    if !show {
        return Ok((found, blotted, Links::Kept));
    }
    let (now, subject) = (ctx.clock.now(), format!("mail {mail_id}"));
    let change = Change { action: "mail.links", subject, old: None, new: None, reason: None };
    audit::record(&mut tx, by, now, change).await?;
    tx.commit().await?;
    Ok((found, body, Links::Whole))
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

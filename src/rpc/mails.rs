//! The mails as staff see them.

use jiff::civil::DateTime;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, forms::Flash};
use crate::domain::{
    ids::MailId,
    mail::{Mail, MailState},
};

/// One mail in the list; times are local to the program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailLine {
    pub mail_id: MailId,
    pub recipient: String,
    pub subject: String,
    pub state: MailState,
    pub attempts: i32,
    pub created_at: DateTime,
    pub sent_at: Option<DateTime>,
    pub next_attempt_at: Option<DateTime>,
    pub last_error: Option<String>,
}

impl MailLine {
    #[must_use]
    pub fn of(mail: Mail, zone: &jiff::tz::TimeZone) -> Self {
        let local = |at| zone.to_datetime(at);
        Self {
            mail_id: mail.mail_id,
            recipient: mail.recipient,
            subject: mail.subject,
            state: mail.state,
            attempts: mail.attempts,
            created_at: local(mail.created_at),
            sent_at: mail.sent_at.map(local),
            next_attempt_at: mail.next_attempt_at.map(local),
            last_error: mail.last_error,
        }
    }
}

/// A page of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailsPage {
    pub flash: Flash,
    pub mails: Vec<MailLine>,
    /// Where the next page begins.
    pub next: Option<MailId>,
    pub is_first: bool,
    /// Where mails are written while no SMTP server is set.
    pub folder: Option<String>,
}

#[server]
pub async fn load_mails(before: Option<MailId>) -> Result<MailsPage, Failure> {
    use crate::server::{
        http::{self, forms},
        identity, mails, program,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let (found, more) = mails::list(&ctx, &staff, before).await?;
    let zone = program::show(&ctx).await?.zone();
    let next = if more { found.last().map(|mail| mail.mail_id) } else { None };
    let mails = found.into_iter().map(|mail| MailLine::of(mail, &zone)).collect();
    let folder = mails::folder(&ctx).map(|folder| folder.display().to_string());
    Ok(MailsPage { flash: forms::take_flash(), mails, next, is_first: before.is_none(), folder })
}

/// One mail with its text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailPage {
    pub flash: Flash,
    pub mail: MailLine,
    pub body: String,
    /// Its links are blotted out, and can be shown.
    pub has_links: bool,
}

/// One mail; with its links, where staff ask for them, which is recorded.
#[server]
pub async fn load_mail(mail_id: MailId, links: bool) -> Result<MailPage, Failure> {
    use crate::server::{
        http::{self, forms},
        identity, mails, program,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let (mail, body, kept) = mails::read(&ctx, &staff, mail_id, links).await?;
    let zone = program::show(&ctx).await?.zone();
    let (flash, mail) = (forms::take_flash(), MailLine::of(mail, &zone));
    Ok(MailPage { flash, mail, body, has_links: kept == mails::Links::Kept })
}

/// Tries a dead mail again.
#[server]
pub async fn retry_mail(mail_id: MailId) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, mails,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/mails/{mail_id}");
    let outcome = mails::retry(&ctx, &staff, mail_id).await;
    let done = |()| forms::Landing::saying(page.clone(), "The mail is in the queue again.");
    Ok(forms::finish("retry_mail", &page, &[], outcome, done)?)
}

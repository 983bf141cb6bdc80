//! How a mail leaves: over SMTP, or as a file while no SMTP server is set.

use std::{path::Path, time::SystemTime};

use jiff::Timestamp;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use tokio::{fs, io::AsyncWriteExt};

use crate::{
    domain::ids::MailId,
    server::{
        config::Config,
        error::{Error, Result},
    },
};

/// A mail that is due.
#[derive(Debug, Clone)]
pub struct Due {
    pub mail_id: MailId,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_at: Timestamp,
    /// This one included.
    pub attempts: i32,
}

/// The way out.
pub enum Post {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    File,
}

impl Post {
    /// The way that the settings name.
    pub fn open(config: &Config) -> Result<Self> {
        let Some(url) = config.smtp_url() else { return Ok(Self::File) };
        // The error could repeat the URL, which has a password in it.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| Error::broken("LAUREL_SMTP_URL can't be read as the URL of an SMTP server"))?;
        Ok(Self::Smtp(transport.build()))
    }

    /// What the mail is marked with.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Smtp(_) => "smtp",
            Self::File => "file",
        }
    }

    pub async fn send(&self, config: &Config, mail: &Due) -> Result<()> {
        let message = message(config, mail)?;
        match self {
            Self::Smtp(transport) => transport.send(message).await.map(|_| ()).map_err(Error::broken),
            Self::File => write(&super::folder(config), mail, &message.formatted()).await,
        }
    }
}

/// The mail in the form of RFC 5322. Headers are built by type, so no text can become one.
fn message(config: &Config, mail: &Due) -> Result<Message> {
    let from: Mailbox = config.mail_from.parse().map_err(Error::broken)?;
    let to: Address = mail.recipient.parse().map_err(Error::broken)?;
    let id = format!("<{}@{}>", mail.mail_id.0.simple(), from.email.domain());
    Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(mail.subject.clone())
        .date(SystemTime::from(mail.created_at))
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.body.clone())
        .map_err(Error::broken)
}

/// What a mail's file is called: a name that sorts by time.
pub(super) fn file_name(mail_id: MailId, created_at: Timestamp) -> String {
    format!("{}-{}.eml", created_at.strftime("%Y%m%dT%H%M%SZ"), mail_id.0.simple())
}

/// Writes the mail where only the owner can read it, under a name that sorts by time.
async fn write(folder: &Path, mail: &Due, bytes: &[u8]) -> Result<()> {
    fs::create_dir_all(folder).await?;
    let name = file_name(mail.mail_id, mail.created_at);
    let unfinished = folder.join(format!(".{name}.part"));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&unfinished).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    fs::rename(&unfinished, folder.join(name)).await?;
    Ok(())
}

//! One-time links: to choose a new password, to choose the first one of a staff account, and to confirm an
//! address. Only a hash of the token is kept; a new password ends every session of the account.

use jiff::SignedDuration;
use rand::random;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tracing::info;

use super::{
    hex,
    limits::{self, Limit},
    passwords, store,
};
use crate::{
    domain::{display_name::DisplayName, email::Email, ids::AccountId, password::Password, refusal::Code},
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        mail::{self, letters},
        program,
    },
};

const RESET_LASTS: SignedDuration = SignedDuration::from_hours(1);
const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// Asking for a link takes this long whether the address is known or not.
const ASKING_TAKES: std::time::Duration = std::time::Duration::from_millis(300);

/// What a link was mailed for; it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Password,
    Confirm,
}

impl Purpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Confirm => "confirm",
        }
    }
}

/// What a link that is still good is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub account_id: AccountId,
    pub email: Email,
    /// The account has no password yet.
    pub first: bool,
    pub staff: bool,
}

/// Mails a link to choose a new password, if the address has an account; the answer and its time are the same
/// if not. Links that were mailed before stop working. Refused: `invalid`, `too_many_attempts`.
pub async fn ask(ctx: &Context, address: &str, email: &str) -> Result<()> {
    let email = Email::parse(email).map_err(|message| Error::field("email", message))?;
    limits::attempt(ctx, &[Limit::asking_for_link(address)]).await?;
    let (sent, ()) = tokio::join!(mail_link(ctx, &email), tokio::time::sleep(ASKING_TAKES));
    sent
}

/// Mails the link, if the address has an account and was not sent too many.
pub async fn mail_link(ctx: &Context, email: &Email) -> Result<()> {
    // Over the limit of the account nothing is said: the link that was mailed last is as good.
    match limits::attempt(ctx, &[Limit::links_to(email)]).await {
        Err(Error::Refused(_)) => return Ok(()),
        other => other?,
    }
    let mut tx = ctx.pool.begin().await?;
    let Some(account) = store::account_of_email(&mut tx, email).await?.filter(|account| !account.disabled)
    else {
        return Ok(());
    };
    store::delete_links(&mut tx, account.account_id, Purpose::Password).await?;
    let token = draw(ctx, &mut tx, account.account_id, Purpose::Password, RESET_LASTS).await?;
    let url = address(ctx, &token);
    let program = program::current(&mut tx).await?;
    mail::queue(&mut tx, email, &letters::reset(&program, &url), ctx.clock.now()).await?;
    tx.commit().await?;
    info!(account.id = %account.account_id, "A link to choose a new password was mailed");
    Ok(())
}

/// Looks at a link without using it. Refused: `link_expired`.
pub async fn look(ctx: &Context, token: &str, purpose: Purpose) -> Result<Link> {
    let mut conn = ctx.pool.acquire().await?;
    store::link(&mut conn, &hashed(token), purpose, ctx.clock.now()).await?.ok_or_else(expired)
}

/// Uses a link: keeps the new password, ends every session of the account and its other links, and says so by
/// mail if there was a password before. Who has the mail has the address: it is confirmed. Refused:
/// `link_expired`, `invalid`.
pub async fn choose_password(ctx: &Context, token: &str, password: &str) -> Result<Link> {
    let link = look(ctx, token, Purpose::Password).await?;
    let password =
        Password::parse(password, &link.email).map_err(|message| Error::field("password", message))?;
    let hash = passwords::hash(&password).await?;
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    if !store::use_link(&mut tx, &hashed(token), now).await? {
        return Err(expired());
    }
    store::set_password(&mut tx, link.account_id, &hash).await?;
    store::delete_links(&mut tx, link.account_id, Purpose::Password).await?;
    store::confirm_emails(&mut tx, link.account_id, now).await?;
    store::delete_sessions_of(&mut tx, link.account_id).await?;
    // Whoever tried passwords meanwhile does not keep out the one who has the mail.
    limits::forget_one(&mut tx, &Limit::signing_in_to(&link.email)).await?;
    if !link.first {
        let program = program::current(&mut tx).await?;
        let letter = letters::password_changed(&program, &format!("{}/forgot", ctx.config.public_url()));
        mail::queue(&mut tx, &link.email, &letter, now).await?;
    }
    tx.commit().await?;
    info!(account.id = %link.account_id, "A new password was chosen through a link");
    Ok(link)
}

/// Opens a staff account, or finds it, also one that was removed, and gives the link where its password is
/// chosen; links given before stop working. Refused: `email_taken` when the address belongs to a member.
pub async fn invite_staff(
    ctx: &Context,
    conn: &mut PgConnection,
    email: &Email,
    name: &DisplayName,
) -> Result<String> {
    let account_id = match store::account_of_email(conn, email).await? {
        Some(account) if account.staff_name.is_some() => {
            store::restore_account(conn, account.account_id).await?;
            account.account_id
        }
        Some(_) => return Err(taken_by_member()),
        None => {
            let account_id = AccountId(new_id());
            store::insert_staff_account(conn, account_id, name, ctx.clock.now()).await?;
            if !store::insert_email(conn, email, account_id).await? {
                return Err(taken_by_member());
            }
            account_id
        }
    };
    store::delete_links(conn, account_id, Purpose::Password).await?;
    let token = draw(ctx, conn, account_id, Purpose::Password, INVITATION_LASTS).await?;
    Ok(address(ctx, &token))
}

fn taken_by_member() -> Error {
    let message = "This address belongs to a member. Staff sign in with an address of their own.";
    Error::refused(Code::EmailTaken, message)
}

/// Deletes the links that have expired.
pub async fn delete_expired(ctx: &Context) -> Result<u64> {
    let mut conn = ctx.pool.acquire().await?;
    Ok(store::delete_expired_links(&mut conn, ctx.clock.now()).await?)
}

/// Where the password of an account is chosen.
fn address(ctx: &Context, token: &str) -> String {
    format!("{}/reset/{token}", ctx.config.public_url())
}

/// Makes a link and gives its token.
pub(super) async fn draw(
    ctx: &Context,
    conn: &mut PgConnection,
    account_id: AccountId,
    purpose: Purpose,
    lasts: SignedDuration,
) -> Result<String> {
    let token = hex(&random::<[u8; 32]>());
    let expires_at = ctx.clock.now().checked_add(lasts).map_err(Error::broken)?;
    store::insert_link(conn, &hashed(&token), account_id, purpose, expires_at).await?;
    Ok(token)
}

/// Makes a link that is for one address only, and gives its token.
pub(super) async fn draw_for(
    ctx: &Context,
    conn: &mut PgConnection,
    account_id: AccountId,
    purpose: Purpose,
    lasts: SignedDuration,
    email: &Email,
) -> Result<String> {
    let token = hex(&random::<[u8; 32]>());
    let expires_at = ctx.clock.now().checked_add(lasts).map_err(Error::broken)?;
    store::insert_link(conn, &hashed(&bound(&token, email)), account_id, purpose, expires_at).await?;
    Ok(token)
}

/// A token together with the address that it is for: no other token is written so.
pub(super) fn bound(token: &str, email: &Email) -> String {
    format!("{token} for {email}")
}

pub(super) fn hashed(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

pub(super) fn expired() -> Error {
    let message = "This link was used or is too old. Ask for a new one: it takes a minute.";
    Error::refused(Code::LinkExpired, message)
}

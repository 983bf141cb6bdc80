//! Whose address it is. Somebody joins with an address and is a member at once; that it is theirs they show
//! with a link that is mailed to it. Until then purchases that name the address are credited, but the points
//! can't be spent on the pages, so that joining with somebody else's address gains nothing.

use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use tracing::info;

use super::{
    Member,
    limits::{self, Limit},
    links::{self, Link, Purpose},
    store,
};
use crate::{
    domain::{email::Email, ids::AccountId, refusal::Code},
    server::{
        context::Context,
        error::{Error, Result},
        mail::{self, letters},
        program,
    },
};

const CONFIRMING_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Makes the link that confirms the address of an account; it is good for a week.
pub async fn confirmation(ctx: &Context, conn: &mut PgConnection, account_id: AccountId) -> Result<String> {
    let token = links::draw(ctx, conn, account_id, Purpose::Confirm, CONFIRMING_LASTS).await?;
    Ok(format!("{}/confirm/{token}", ctx.config.public_url()))
}

/// Mails the link again; links that were mailed before stop working. Nothing is mailed when the address is
/// confirmed. Refused: `too_many_attempts`.
pub async fn ask(ctx: &Context, member: &Member) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    let Some(email) = store::unconfirmed_email(&mut tx, member.account_id).await? else { return Ok(()) };
    let email = Email::parse(&email).map_err(Error::broken)?;
    limits::attempt(ctx, &[Limit::links_to(&email)]).await?;
    store::delete_links(&mut tx, member.account_id, Purpose::Confirm).await?;
    let url = confirmation(ctx, &mut tx, member.account_id).await?;
    let program = program::current(&mut tx).await?;
    mail::queue(&mut tx, &email, &letters::confirm(&program, &url), ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Uses a link: the address is its owner's from now on. Refused: `link_expired`.
pub async fn confirm(ctx: &Context, token: &str) -> Result<Link> {
    let link = links::look(ctx, token, Purpose::Confirm).await?;
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    if !store::use_link(&mut tx, &links::hashed(token), now).await? {
        return Err(links::expired());
    }
    store::confirm_emails(&mut tx, link.account_id, now).await?;
    tx.commit().await?;
    info!(account.id = %link.account_id, "An address was confirmed");
    Ok(link)
}

/// Remembers that purchases name these addresses, in lower case, as far as nobody has confirmed them.
pub async fn named(conn: &mut PgConnection, emails: &[String], now: Timestamp) -> Result<()> {
    if !emails.is_empty() {
        store::name_emails(conn, emails, now).await?;
    }
    Ok(())
}

/// The address that a member has to confirm before they can spend.
pub async fn to_confirm(conn: &mut PgConnection, member: &Member) -> Result<Option<String>> {
    Ok(store::email_to_confirm(conn, member.account_id).await?)
}

/// Refuses `address_unconfirmed` for a member who has to confirm their address first.
pub async fn must_be_confirmed(ctx: &Context, member: &Member) -> Result<()> {
    let Some(email) = to_confirm(&mut *ctx.pool.acquire().await?, member).await? else { return Ok(()) };
    let message = format!(
        "Confirm {email} first: points came to you for purchases made under it. The mail with the link can \
         be sent again on your home page. No points were taken."
    );
    Err(Error::refused(Code::AddressUnconfirmed, message))
}

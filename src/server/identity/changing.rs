//! Another address: the member shows their password, and a link that is mailed to the new address shows that
//! it is theirs. Which address a link is for is in its hash, so that it is good for no other.

#[cfg(test)]
mod tests;

use jiff::SignedDuration;
use tracing::info;

use super::{
    Member, accounts,
    limits::{self, Limit},
    links::{self, Link, Purpose},
    store,
};
use crate::{
    domain::{email::Email, query::query_value},
    server::{
        context::Context,
        error::{Error, Result},
        mail::{self, letters},
        program,
    },
};

const LASTS: SignedDuration = SignedDuration::from_hours(24);

/// Mails a link to the new address; links that were mailed before to confirm an address stop working. The
/// answer is the same when the address is somebody else's, and nothing is mailed then. Refused: `invalid`,
/// `wrong_credentials`, `too_many_attempts`.
pub async fn ask(ctx: &Context, from: &str, member: &Member, typed: &str, password: &str) -> Result<()> {
    let email = Email::parse(typed).map_err(|message| Error::field("email", message))?;
    let current = accounts::show_again(ctx, from, member, password).await?;
    if email == current {
        return Err(Error::field("email", "This is your address already"));
    }
    limits::attempt(ctx, &[Limit::asking_for_link(from), Limit::links_to(&email)]).await?;
    let mut tx = ctx.pool.begin().await?;
    store::delete_links(&mut tx, member.account_id, Purpose::Confirm).await?;
    if store::account_of_email(&mut tx, &email).await?.is_none() {
        let token = links::draw_for(ctx, &mut tx, member.account_id, Purpose::Confirm, LASTS, &email).await?;
        let address = query_value(email.as_str());
        let url = format!("{}/confirm/{token}?address={address}", ctx.config.public_url());
        let letter = letters::new_address(&program::current(&mut tx).await?, &url);
        mail::queue_about(&mut tx, member.account_id, &email, &letter, ctx.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Looks at a link for an address without using it. Refused: `link_expired`.
pub async fn look(ctx: &Context, token: &str, address: &str) -> Result<(Link, Email)> {
    let email = Email::parse(address).map_err(|_| links::expired())?;
    let link = links::look(ctx, &links::bound(token, &email), Purpose::Confirm).await?;
    Ok((link, email))
}

/// Uses a link: the member signs in with the new address from now on, and is told so at the old one. Every
/// other link of the account stops working. Refused: `link_expired`, also when somebody else has come to have
/// the address meanwhile.
pub async fn confirm(ctx: &Context, token: &str, address: &str) -> Result<Email> {
    let (link, email) = look(ctx, token, address).await?;
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    if !store::use_link(&mut tx, &links::hashed(&links::bound(token, &email)), now).await? {
        return Err(links::expired());
    }
    let letter = letters::address_changed(&program::current(&mut tx).await?, &ctx.config.public_url());
    mail::queue_about(&mut tx, link.account_id, &link.email, &letter, now).await?;
    if !store::insert_email(&mut tx, &email, link.account_id).await? {
        return Err(links::expired());
    }
    store::delete_other_emails(&mut tx, link.account_id, &email).await?;
    store::confirm_emails(&mut tx, link.account_id, now).await?;
    store::delete_links(&mut tx, link.account_id, Purpose::Password).await?;
    store::delete_links(&mut tx, link.account_id, Purpose::Confirm).await?;
    tx.commit().await?;
    info!(account.id = %link.account_id, "An address was changed");
    Ok(email)
}

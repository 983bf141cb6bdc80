//! Staff accounts as the operator manages them. Staff can't open accounts for each other: whoever could would
//! be their own second person where one is asked for.

mod store;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use tracing::info;

use super::{
    audit::{self, Change},
    context::Context,
    error::{Error, Result},
    identity::{accounts, links, operator},
};
use crate::domain::{display_name::DisplayName, email::Email, ids::AccountId, refusal::Code};

/// Somebody who works here, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffAccount {
    pub account_id: AccountId,
    pub email: String,
    pub name: String,
    pub created_at: Timestamp,
    /// They have chosen a password, so they can sign in.
    pub has_password: bool,
    pub removed_at: Option<Timestamp>,
}

/// Everybody who has or had a staff account, by address.
pub async fn list(ctx: &Context) -> Result<Vec<StaffAccount>> {
    store::all(&mut *ctx.pool.acquire().await?).await
}

/// Opens a staff account, or finds it, also one that was removed, and gives the link where its password is
/// chosen; links given before stop working. Refused: `invalid`, `email_taken` when the address belongs to a
/// member.
pub async fn invite(ctx: &Context, email: &str, name: &str) -> Result<String> {
    let email = Email::parse(email).map_err(|message| Error::field("email", message))?;
    let name = DisplayName::parse(name).map_err(|message| Error::field("name", message))?;
    let mut tx = ctx.pool.begin().await?;
    let url = links::invite_staff(ctx, &mut tx, &email, &name).await?;
    let change = Change { action: "staff.invite", subject: format!("staff {email}"), ..Change::default() };
    audit::record(&mut tx, &operator(), ctx.clock.now(), change).await?;
    tx.commit().await?;
    Ok(url)
}

/// Ends a staff account at once: its sessions, its links and its password. What was recorded under its name
/// stays. Refused: `not_found`.
pub async fn remove(ctx: &Context, email: &str) -> Result<StaffAccount> {
    let mut tx = ctx.pool.begin().await?;
    let accounts = store::all(&mut tx).await?;
    let wanted = email.trim().to_lowercase();
    let found = accounts.into_iter().find(|account| account.email == wanted && account.removed_at.is_none());
    let Some(mut account) = found else {
        let message = format!("No staff account has the address {wanted:?}; `laurel admin list` shows them");
        return Err(Error::refused(Code::NotFound, message));
    };
    let now = ctx.clock.now();
    store::end(&mut tx, account.account_id, now).await?;
    accounts::lock_out(&mut tx, account.account_id).await?;
    let change =
        Change { action: "staff.remove", subject: format!("staff {}", account.email), ..Change::default() };
    audit::record(&mut tx, &operator(), now, change).await?;
    tx.commit().await?;
    info!(account.id = %account.account_id, "A staff account was removed");
    account.removed_at = Some(now);
    Ok(account)
}

//! Opening an account and signing in to one.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::PgConnection;
use tracing::info;

use super::{
    Caller, Member, Staff,
    limits::{self, Limit},
    links::Purpose,
    passwords, store,
};
use crate::{
    domain::{
        email::Email,
        ids::{AccountId, MemberId},
        refusal::{Code, FieldError, Refusal},
    },
    server::{
        context::Context,
        error::{Error, Result},
    },
};

/// An account as it is kept.
#[derive(Debug, Clone)]
pub struct Account {
    pub account_id: AccountId,
    pub member_id: Option<MemberId>,
    pub staff_name: Option<String>,
    pub password_hash: Option<String>,
    pub disabled: bool,
}

impl Account {
    fn caller(&self) -> Option<Caller> {
        let account_id = self.account_id;
        match (&self.staff_name, self.member_id) {
            (Some(name), _) => Some(Caller::Staff(Staff { account_id, name: name.clone() })),
            (None, Some(member_id)) => Some(Caller::Member(Member { member_id, account_id })),
            (None, None) => None,
        }
    }
}

/// How opening an account went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    New,
    /// There is an account of this id: the same form was sent before.
    SentBefore,
    EmailTaken,
}

/// Which of these addresses belong to members who have joined; addresses are compared in lower case.
pub async fn joined(conn: &mut PgConnection, emails: &[String]) -> Result<HashSet<String>> {
    if emails.is_empty() {
        return Ok(HashSet::new());
    }
    Ok(store::emails_of_members(conn, emails).await?)
}

/// Whether an address belongs to staff.
pub async fn is_staff(conn: &mut PgConnection, address: &str) -> Result<bool> {
    let Ok(email) = Email::parse(address) else { return Ok(false) };
    Ok(store::account_of_email(conn, &email).await?.is_some_and(|account| account.staff_name.is_some()))
}

/// Ends every session of an account, and the links that would open another.
pub async fn lock_out(conn: &mut PgConnection, account_id: AccountId) -> Result<()> {
    store::delete_links(conn, account_id, Purpose::Password).await?;
    Ok(store::delete_sessions_of(conn, account_id).await?)
}

/// Opens a member's account. When the answer is not `New` the caller rolls back.
pub async fn open(
    conn: &mut PgConnection,
    member: Member,
    email: &Email,
    password_hash: &str,
    now: Timestamp,
) -> Result<Opened> {
    if !store::insert_member_account(conn, member, password_hash, now).await? {
        return Ok(Opened::SentBefore);
    }
    let free = store::insert_email(conn, email, member.account_id).await?;
    Ok(if free { Opened::New } else { Opened::EmailTaken })
}

/// Opens an account that has no password yet: one is chosen through a mailed link. False when the address has
/// an account already.
pub async fn open_without_password(
    conn: &mut PgConnection,
    member: Member,
    email: &Email,
    now: Timestamp,
) -> Result<bool> {
    store::insert_account_without_password(conn, member, now).await?;
    Ok(store::insert_email(conn, email, member.account_id).await?)
}

/// Shows who somebody is by their password. Refused: `invalid` for an empty field, `wrong_credentials`
/// whatever of the two is wrong, `too_many_attempts`. An unknown address gets the same answer after the same
/// work.
pub async fn sign_in(ctx: &Context, address: &str, email: &str, password: &str) -> Result<Caller> {
    let email = read(email, password)?;
    let limits = Limit::signing_in(address, &email);
    limits::attempt(ctx, &limits).await?;
    let found = {
        let mut conn = ctx.pool.acquire().await?;
        store::account_of_email(&mut conn, &email).await?.filter(|account| !account.disabled)
    };
    let hash = found.as_ref().and_then(|account| account.password_hash.clone());
    let verified = passwords::verify(password, hash).await?;
    let Some(caller) = found.filter(|_| verified).and_then(|account| account.caller()) else {
        return Err(wrong_credentials());
    };
    limits::forgive(ctx, &limits).await?;
    info!("Signed in: {caller}");
    Ok(caller)
}

/// Shows once more that it is the member who asks, by their password; gives the address they sign in with.
/// Refused: `invalid` for an empty field, `wrong_credentials` at the field `password`, `too_many_attempts`.
pub async fn show_again(ctx: &Context, address: &str, member: &Member, password: &str) -> Result<Email> {
    if password.is_empty() {
        return Err(Error::field("password", "Enter your password"));
    }
    let found = store::account_of_member(&mut *ctx.pool.acquire().await?, *member).await?;
    let (email, account) = found.ok_or_else(|| Error::not_found("This account"))?;
    let limits = Limit::signing_in(address, &email);
    limits::attempt(ctx, &limits).await?;
    if !passwords::verify(password, account.password_hash).await? || account.disabled {
        let fields = vec![FieldError::new("password", "This is not your password")];
        return Err(Error::Refused(Refusal { code: Code::WrongCredentials, ..Refusal::invalid(fields) }));
    }
    limits::forgive(ctx, &limits).await?;
    Ok(email)
}

fn read(email: &str, password: &str) -> Result<Email> {
    let mut wrong = Vec::new();
    let email = Email::parse(email).map_err(|message| wrong.push(FieldError::new("email", message)));
    if password.is_empty() {
        wrong.push(FieldError::new("password", "Enter your password"));
    }
    match email {
        Ok(email) if wrong.is_empty() => Ok(email),
        _ => Err(Refusal::invalid(wrong).into()),
    }
}

fn wrong_credentials() -> Error {
    let fields = vec![FieldError::new("password", "The e-mail address or the password is wrong")];
    let message = "That did not match. Check both, or ask for a link to choose a new password.".to_owned();
    Error::Refused(Refusal { code: Code::WrongCredentials, message, fields, points_missing: None })
}

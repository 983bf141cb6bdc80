//! The rows of accounts, their links and their sessions.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar};

use super::{
    Member,
    accounts::Account,
    links::{Link, Purpose},
    sessions::SessionRow,
};
use crate::domain::{
    display_name::DisplayName,
    email::Email,
    ids::{AccountId, MemberId},
};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Keeps a new session; `false` when its id is taken.
pub async fn insert_session(conn: &mut PgConnection, row: &SessionRow) -> Result<bool> {
    let done = query!(
        "insert into sessions (session_id, account_id, data, expires_at) values ($1, $2, $3, $4)
         on conflict (session_id) do nothing",
        row.session_id,
        row.account_id,
        row.data,
        row.expires_at.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn update_session(conn: &mut PgConnection, row: &SessionRow) -> Result<()> {
    query!(
        "update sessions set account_id = $2, data = $3, expires_at = $4 where session_id = $1",
        row.session_id,
        row.account_id,
        row.data,
        row.expires_at.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn session(
    conn: &mut PgConnection,
    session_id: &str,
    now: Timestamp,
) -> Result<Option<(serde_json::Value, Timestamp)>> {
    let row = query!(
        "select data, expires_at from sessions where session_id = $1 and expires_at > $2",
        session_id,
        now.to_sqlx() as _,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.data, row.expires_at.to_jiff())))
}

pub async fn delete_session(conn: &mut PgConnection, session_id: &str) -> Result<()> {
    query!("delete from sessions where session_id = $1", session_id).execute(conn).await?;
    Ok(())
}

pub async fn delete_expired_sessions(conn: &mut PgConnection, now: Timestamp) -> Result<u64> {
    let done =
        query!("delete from sessions where expires_at <= $1", now.to_sqlx() as _).execute(conn).await?;
    Ok(done.rows_affected())
}

pub async fn delete_sessions_of(conn: &mut PgConnection, account_id: AccountId) -> Result<()> {
    query!("delete from sessions where account_id = $1", account_id.0).execute(conn).await?;
    Ok(())
}

pub async fn account_of_email(conn: &mut PgConnection, email: &Email) -> Result<Option<Account>> {
    let row = query!(
        r#"select account_id, member_id, staff_name, password_hash, disabled_at is not null as "disabled!"
           from account_emails join accounts using (account_id)
           where email = $1"#,
        email.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Account {
        account_id: AccountId(row.account_id),
        member_id: row.member_id.map(MemberId),
        staff_name: row.staff_name,
        password_hash: row.password_hash,
        disabled: row.disabled,
    }))
}

/// An account with the address that its member signs in with.
pub async fn account_of_member(conn: &mut PgConnection, member: Member) -> Result<Option<(Email, Account)>> {
    let row = query!(
        r#"select email, password_hash, disabled_at is not null as "disabled!"
           from accounts join account_emails using (account_id)
           where account_id = $1 and member_id = $2 order by email limit 1"#,
        member.account_id.0,
        member.member_id.0,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let email = Email::parse(&row.email).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let Member { account_id, member_id } = member;
    let (password_hash, disabled) = (row.password_hash, row.disabled);
    let account =
        Account { account_id, member_id: Some(member_id), staff_name: None, password_hash, disabled };
    Ok(Some((email, account)))
}

pub async fn emails_of_members(conn: &mut PgConnection, emails: &[String]) -> Result<HashSet<String>> {
    let rows = query_scalar!(
        "select email from account_emails join accounts using (account_id)
         where email = any($1) and member_id is not null",
        emails,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Keeps a member's account; `false` when there is one of this id.
pub async fn insert_member_account(
    conn: &mut PgConnection,
    member: Member,
    password_hash: &str,
    now: Timestamp,
) -> Result<bool> {
    let done = query!(
        "insert into accounts (account_id, member_id, password_hash, created_at) values ($1, $2, $3, $4)
         on conflict (account_id) do nothing",
        member.account_id.0,
        member.member_id.0,
        password_hash,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn insert_account_without_password(
    conn: &mut PgConnection,
    member: Member,
    now: Timestamp,
) -> Result<()> {
    query!(
        "insert into accounts (account_id, member_id, created_at) values ($1, $2, $3)",
        member.account_id.0,
        member.member_id.0,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_staff_account(
    conn: &mut PgConnection,
    account_id: AccountId,
    name: &DisplayName,
    now: Timestamp,
) -> Result<()> {
    query!(
        "insert into accounts (account_id, staff_name, created_at) values ($1, $2, $3)",
        account_id.0,
        name.as_str(),
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A staff account that was removed is one again.
pub async fn restore_account(conn: &mut PgConnection, account_id: AccountId) -> Result<()> {
    query!("update accounts set disabled_at = null where account_id = $1", account_id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ties an address to an account; `false` when it is taken.
pub async fn insert_email(conn: &mut PgConnection, email: &Email, account_id: AccountId) -> Result<bool> {
    let done = query!(
        "insert into account_emails (email, account_id) values ($1, $2) on conflict (email) do nothing",
        email.as_str(),
        account_id.0,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Leaves an account one address.
pub async fn delete_other_emails(conn: &mut PgConnection, account_id: AccountId, kept: &Email) -> Result<()> {
    query!("delete from account_emails where account_id = $1 and email <> $2", account_id.0, kept.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn set_password(conn: &mut PgConnection, account_id: AccountId, hash: &str) -> Result<()> {
    query!("update accounts set password_hash = $2 where account_id = $1", account_id.0, hash)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn insert_link(
    conn: &mut PgConnection,
    token_hash: &[u8],
    account_id: AccountId,
    purpose: Purpose,
    expires_at: Timestamp,
) -> Result<()> {
    query!(
        "insert into account_links (token_hash, account_id, purpose, expires_at) values ($1, $2, $3, $4)",
        token_hash,
        account_id.0,
        purpose.as_str(),
        expires_at.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A link that is still good.
pub async fn link(
    conn: &mut PgConnection,
    token_hash: &[u8],
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Link>> {
    let row = query!(
        r#"select account_id, email, password_hash is null as "first!", staff_name is not null as "staff!"
           from account_links
           join accounts using (account_id)
           join account_emails using (account_id)
           where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3
             and disabled_at is null
           limit 1"#,
        token_hash,
        purpose.as_str(),
        now.to_sqlx() as _,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let email = Email::parse(&row.email).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let account_id = AccountId(row.account_id);
    Ok(Some(Link { account_id, email, first: row.first, staff: row.staff }))
}

/// Uses a link up; `false` when it was used or has expired meanwhile.
pub async fn use_link(conn: &mut PgConnection, token_hash: &[u8], now: Timestamp) -> Result<bool> {
    let done = query!(
        "update account_links set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2",
        token_hash,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete_links(conn: &mut PgConnection, account_id: AccountId, purpose: Purpose) -> Result<()> {
    query!(
        "delete from account_links where account_id = $1 and purpose = $2",
        account_id.0,
        purpose.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The addresses of an account are its owner's from now on.
pub async fn confirm_emails(conn: &mut PgConnection, account_id: AccountId, now: Timestamp) -> Result<()> {
    query!(
        "update account_emails set confirmed_at = $2 where account_id = $1 and confirmed_at is null",
        account_id.0,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks those of these addresses that somebody joined with and nobody has confirmed; in one order, so that
/// two batches never wait for each other.
pub async fn name_emails(conn: &mut PgConnection, emails: &[String], now: Timestamp) -> Result<()> {
    query!(
        "with named as (
            select email from account_emails
            where email = any($1) and confirmed_at is null and named_at is null
            order by email for update
         )
         update account_emails set named_at = $2 from named where named.email = account_emails.email",
        emails,
        now.to_sqlx() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An address of the account that purchases have named and nobody has confirmed.
pub async fn email_to_confirm(conn: &mut PgConnection, account_id: AccountId) -> Result<Option<String>> {
    query_scalar!(
        "select email from account_emails
         where account_id = $1 and confirmed_at is null and named_at is not null limit 1",
        account_id.0,
    )
    .fetch_optional(conn)
    .await
}

/// An address of the account that nobody has confirmed.
pub async fn unconfirmed_email(conn: &mut PgConnection, account_id: AccountId) -> Result<Option<String>> {
    query_scalar!(
        "select email from account_emails where account_id = $1 and confirmed_at is null limit 1",
        account_id.0,
    )
    .fetch_optional(conn)
    .await
}

pub async fn delete_expired_links(conn: &mut PgConnection, now: Timestamp) -> Result<u64> {
    let done =
        query!("delete from account_links where expires_at <= $1", now.to_sqlx() as _).execute(conn).await?;
    Ok(done.rows_affected())
}

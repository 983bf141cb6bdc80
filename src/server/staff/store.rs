//! The statements of staff accounts.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};

use super::StaffAccount;
use crate::{domain::ids::AccountId, server::error::Result};

pub async fn all(conn: &mut PgConnection) -> Result<Vec<StaffAccount>> {
    let rows = query!(
        r#"select account_id, email, staff_name as "name!", created_at, disabled_at,
               password_hash is not null as "has_password!"
           from accounts join account_emails using (account_id)
           where staff_name is not null order by email"#
    );
    let rows = rows.fetch_all(conn).await?.into_iter().map(|row| StaffAccount {
        account_id: AccountId(row.account_id),
        email: row.email,
        name: row.name,
        created_at: row.created_at.to_jiff(),
        has_password: row.has_password,
        removed_at: row.disabled_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(rows.collect())
}

/// Nobody signs in to it any more, by no password and no link.
pub async fn end(conn: &mut PgConnection, account_id: AccountId, now: Timestamp) -> Result<()> {
    query!(
        "update accounts set disabled_at = $2, password_hash = null where account_id = $1",
        account_id.0,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

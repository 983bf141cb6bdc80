//! The statements of claiming.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar};

use crate::{
    domain::{
        card::CardNo,
        display_name::DisplayName,
        email::Email,
        ids::{AccountId, MemberId},
    },
    server::error::Result,
};

/// The member of a card; two who claim it at once come one after the other.
pub async fn lock_by_card(conn: &mut PgConnection, card: &CardNo) -> Result<Option<MemberId>> {
    let found = query_scalar!(
        "select m.member_id from cards c join members m using (member_id) where c.card_no = $1
         for update of m",
        card.digits()
    );
    Ok(found.fetch_optional(conn).await?.map(MemberId))
}

pub async fn account_of(conn: &mut PgConnection, member: MemberId) -> Result<Option<AccountId>> {
    let found = query_scalar!("select account_id from accounts where member_id = $1", member.0);
    Ok(found.fetch_optional(conn).await?.map(AccountId))
}

/// The member whom a shop knows by an address and who has no account; two who ask at once come one after the
/// other.
pub async fn lock_by_address(conn: &mut PgConnection, email: &Email) -> Result<Option<MemberId>> {
    let found = query_scalar!(
        "select m.member_id from external_ids x join members m using (member_id)
         where x.external_id = $1 and not exists (select from accounts a where a.member_id = m.member_id)
         for update of m",
        email.as_str()
    );
    Ok(found.fetch_optional(conn).await?.map(MemberId))
}

/// Whether a member has an account under an address and has never chosen a password.
pub async fn waits_for_password(conn: &mut PgConnection, email: &Email) -> Result<bool> {
    let found = query_scalar!(
        r#"select exists (
               select from account_emails join accounts using (account_id)
               where email = $1 and member_id is not null and password_hash is null and disabled_at is null
           ) as "waits!""#,
        email.as_str()
    );
    Ok(found.fetch_one(conn).await?)
}

pub async fn rename(
    conn: &mut PgConnection,
    member: MemberId,
    name: &DisplayName,
    now: Timestamp,
) -> Result<()> {
    query!(
        "insert into member_profiles (member_id, display_name, updated_at) values ($1, $2, $3)
         on conflict (member_id) do update set display_name = excluded.display_name,
             updated_at = excluded.updated_at",
        member.0,
        name.as_str(),
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

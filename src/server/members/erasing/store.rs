//! The statements of erasing.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_file, query_scalar};

use crate::{
    domain::{erasure::Reason, ids::MemberId},
    server::error::Result,
};

/// That a member is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    pub erased_at: Timestamp,
    /// Why staff did it; `None`: the member left.
    pub reason: Option<Reason>,
    /// The points that were given up, of all wallets.
    pub points: i64,
}

/// What a member has besides points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stake {
    pub badges: i64,
    /// Those that can still be used.
    pub vouchers: i64,
}

/// Locks a member; false when there is none.
pub async fn lock(conn: &mut PgConnection, member: MemberId) -> Result<bool> {
    let found = query_scalar!("select member_id from members where member_id = $1 for update", member.0);
    Ok(found.fetch_optional(conn).await?.is_some())
}

pub async fn erasure(conn: &mut PgConnection, member: MemberId) -> Result<Option<Erasure>> {
    let row = query!("select erased_at, reason, points from erasures where member_id = $1", member.0)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| Erasure {
        erased_at: row.erased_at.to_jiff(),
        reason: row.reason.as_deref().and_then(Reason::parse),
        points: row.points,
    }))
}

pub async fn insert(
    conn: &mut PgConnection,
    member: MemberId,
    erasure: &Erasure,
    asked_by: &str,
) -> Result<()> {
    query!(
        "insert into erasures (member_id, erased_at, asked_by, reason, points) values ($1, $2, $3, $4, $5)",
        member.0,
        erasure.erased_at.to_sqlx() as _,
        asked_by,
        erasure.reason.map(Reason::as_str),
        erasure.points
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Everything that a member goes by.
pub async fn names(conn: &mut PgConnection, member: MemberId) -> Result<Vec<String>> {
    let names = query_scalar!(
        r#"select display_name as "name!" from member_profiles where member_id = $1
         union select pseudonym from members where member_id = $1
         union select card_no from cards where member_id = $1
         union select external_id from external_ids where member_id = $1
         union select email from account_emails join accounts using (account_id) where member_id = $1"#,
        member.0
    );
    Ok(names.fetch_all(conn).await?)
}

/// Makes an erasure wait for the end of this transaction; false when there is no such member.
pub async fn keep(conn: &mut PgConnection, member: MemberId) -> Result<bool> {
    let found = query!("select member_id from members where member_id = $1 for share", member.0);
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// What a member is called.
pub async fn display_name(conn: &mut PgConnection, member: MemberId) -> Result<String> {
    let name = query_scalar!("select display_name from member_profiles where member_id = $1", member.0);
    Ok(name.fetch_optional(conn).await?.unwrap_or_default())
}

/// Blots out what a pattern finds in what others wrote, and empties the rows of imports that hold it; in what
/// was written of this member, what another finds.
pub async fn blot_out(
    conn: &mut PgConnection,
    member: MemberId,
    (anywhere, of_them): (&str, &str),
) -> Result<()> {
    query_file!("src/server/members/erasing/blot_out.sql", member.0, anywhere, of_them).execute(conn).await?;
    Ok(())
}

/// Remembers, without a word of whose they were, that these cards and outside ids are nobody's any more.
pub async fn give_names_up(conn: &mut PgConnection, member: MemberId) -> Result<()> {
    query!(
        "insert into given_up_names (name_hash)
         select sha256(convert_to('card ' || card_no, 'UTF8')) from cards where member_id = $1
         union select sha256(convert_to('external ' || external_id, 'UTF8'))
             from external_ids where member_id = $1
         on conflict (name_hash) do nothing",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes every row that is personal. The account takes its addresses, links and sessions with it.
pub async fn delete_personal(conn: &mut PgConnection, member: MemberId, called: &str) -> Result<()> {
    query_file!("src/server/members/erasing/delete_personal.sql", member.0, called).execute(conn).await?;
    Ok(())
}

/// Those who left and have something in a wallet, or owe it.
pub async fn with_points(conn: &mut PgConnection, limit: i64) -> Result<Vec<MemberId>> {
    let members = query_scalar!(
        "select distinct member_id from erasures join wallets using (member_id)
         where available + held + pending + debt > 0 order by member_id limit $1",
        limit
    );
    Ok(members.fetch_all(conn).await?.into_iter().map(MemberId).collect())
}

pub async fn at_stake(conn: &mut PgConnection, member: MemberId, now: Timestamp) -> Result<Stake> {
    let row = query!(
        r#"select (select count(distinct badge) from awards where member_id = $1) as "badges!",
             (select count(*) from redemptions where member_id = $1 and used_at is null
                  and cancelled_at is null and expires_at > $2) as "vouchers!""#,
        member.0,
        now.to_sqlx() as _
    )
    .fetch_one(conn)
    .await?;
    Ok(Stake { badges: row.badges, vouchers: row.vouchers })
}

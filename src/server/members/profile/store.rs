//! The statements of profiles.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};

use super::Profile;
use crate::{
    domain::{card::CardNo, display_name::DisplayName, ids::MemberId, leaderboard::Presence},
    server::{error::Result, identity::Member},
};

pub async fn profile(conn: &mut PgConnection, member: &Member, card: CardNo) -> Result<Option<Profile>> {
    let row = query!(
        r#"select p.display_name, m.pseudonym, m.listed, m.excluded_at, p.named_on_boards, m.joined_at,
             p.birth_date, e.email as "email?"
         from members m join member_profiles p using (member_id)
             left join account_emails e on e.account_id = $2
         where m.member_id = $1 order by e.email limit 1"#,
        member.member_id.0,
        member.account_id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Profile {
        display_name: row.display_name,
        pseudonym: row.pseudonym,
        presence: as_listed(row.listed, row.excluded_at.is_some()),
        named_on_boards: row.named_on_boards,
        joined_at: row.joined_at.to_jiff(),
        card,
        birth_date: row.birth_date.map(jiff_sqlx::Date::to_jiff),
        email: row.email,
    }))
}

pub async fn rename(
    conn: &mut PgConnection,
    member: MemberId,
    name: &DisplayName,
    now: Timestamp,
) -> Result<()> {
    query!(
        "update member_profiles set display_name = $2, updated_at = $3 where member_id = $1",
        member.0,
        name.as_str(),
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn name_on_boards(
    conn: &mut PgConnection,
    member: MemberId,
    named: bool,
    now: Timestamp,
) -> Result<()> {
    query!(
        "update member_profiles set named_on_boards = $2, updated_at = $3 where member_id = $1",
        member.0,
        named,
        now.to_sqlx() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn presence(conn: &mut PgConnection, member: MemberId) -> Result<Option<Presence>> {
    let row = query!("select listed, excluded_at from members where member_id = $1", member.0)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| as_listed(row.listed, row.excluded_at.is_some())))
}

const fn as_listed(listed: bool, excluded: bool) -> Presence {
    match (excluded, listed) {
        (true, _) => Presence::KeptOff,
        (false, true) => Presence::Listed,
        (false, false) => Presence::Left,
    }
}

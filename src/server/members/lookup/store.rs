//! The statements that find members.

use sqlx::{PgConnection, query, query_scalar};

use super::Sheet;
use crate::{domain::ids::MemberId, server::error::Result};

pub async fn by_id(conn: &mut PgConnection, id: MemberId) -> Result<Option<MemberId>> {
    let found = query_scalar!(
        "select member_id from members where member_id = $1
             and not exists (select from erasures e where e.member_id = $1)",
        id.0
    );
    Ok(found.fetch_optional(conn).await?.map(MemberId))
}

pub async fn by_card(conn: &mut PgConnection, card_no: &str) -> Result<Option<MemberId>> {
    let found = query_scalar!("select member_id from cards where card_no = $1", card_no);
    Ok(found.fetch_optional(conn).await?.map(MemberId))
}

pub async fn by_external_id(conn: &mut PgConnection, name: &str) -> Result<Option<MemberId>> {
    let found = query_scalar!("select member_id from external_ids where external_id = $1", name);
    Ok(found.fetch_optional(conn).await?.map(MemberId))
}

pub async fn by_email(conn: &mut PgConnection, email: &str) -> Result<Option<MemberId>> {
    let found = query_scalar!(
        r#"select member_id as "member_id!" from account_emails join accounts using (account_id)
         where email = $1 and member_id is not null"#,
        email
    );
    Ok(found.fetch_optional(conn).await?.map(MemberId))
}

pub async fn sheet(conn: &mut PgConnection, member: MemberId) -> Result<Option<Sheet>> {
    let row = query!(
        r#"select m.joined_at, p.display_name as "display_name?",
             (select c.card_no from cards c where c.member_id = m.member_id
                 order by c.issued_at desc, c.card_no limit 1) as card,
             (select min(x.external_id) from external_ids x where x.member_id = m.member_id) as external_id,
             t.to_tier as "to_tier?", t.changed_at as "changed_at?"
         from members m left join member_profiles p using (member_id)
             left join lateral (select to_tier, changed_at from tier_changes
                 where member_id = m.member_id order by changed_at desc limit 1) t on true
         where m.member_id = $1 and not exists (select from erasures e where e.member_id = $1)"#,
        member.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Sheet {
        member_id: member,
        external_id: row.external_id,
        display_name: row.display_name,
        joined_at: row.joined_at.to_jiff(),
        card: row.card,
        tier_change: row.to_tier.zip(row.changed_at.map(jiff_sqlx::Timestamp::to_jiff)),
    }))
}

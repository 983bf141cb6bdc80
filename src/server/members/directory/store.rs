//! The statement behind the list of members.

use sqlx::{PgConnection, query, query_scalar};

use super::Person;
use crate::{domain::ids::MemberId, server::error::Result};

/// Members whose name, pseudonym or e-mail holds the words, or whose card or outside id is what was typed.
pub async fn search(
    conn: &mut PgConnection,
    words: &str,
    only: Option<MemberId>,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<Person>> {
    let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = if words.is_empty() { String::new() } else { format!("%{escaped}%") };
    let digits: String = words.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
    let rows = query!(
        r#"select m.member_id, m.joined_at, m.pseudonym, m.listed and m.excluded_at is null as "listed!",
             p.display_name as "display_name?", w.available as "available?", w.earned as "earned?",
             g.erased_at as "erased_at?", p.birth_date as "birth_date?",
             (select min(c.card_no) from cards c where c.member_id = m.member_id) as card_no,
             (select min(e.email) from accounts a join account_emails e using (account_id)
                 where a.member_id = m.member_id) as email,
             (select min(x.external_id) from external_ids x where x.member_id = m.member_id) as external_id
         from members m left join member_profiles p using (member_id)
             left join erasures g on g.member_id = m.member_id
             left join wallets w on w.member_id = m.member_id and w.wallet = 'points'
         where ($1 = '' or p.display_name ilike $1 or m.pseudonym ilike $1
                 or m.member_id in (select member_id from cards where card_no = $2)
                 or m.member_id in (select member_id from external_ids where lower(external_id) = lower($3))
                 or m.member_id in (select a.member_id from accounts a
                 join account_emails e using (account_id)
                     where e.email like lower($1)))
             and ($4::uuid is null or m.member_id = $4)
             and ($5::uuid is null or (m.joined_at, m.member_id) <
                 (select joined_at, member_id from members where member_id = $5))
         order by m.joined_at desc, m.member_id desc limit $6"#,
        pattern,
        digits,
        words,
        only.map(|id| id.0),
        after.map(|id| id.0),
        limit,
    )
    .fetch_all(conn)
    .await?;
    let person = rows.into_iter().map(|row| Person {
        member_id: MemberId(row.member_id),
        display_name: row.display_name.unwrap_or_else(|| row.pseudonym.clone()),
        pseudonym: row.pseudonym,
        listed: row.listed,
        joined_at: row.joined_at.to_jiff(),
        card_no: row.card_no,
        email: row.email,
        external_id: row.external_id,
        available: row.available.unwrap_or_default(),
        earned: row.earned.unwrap_or_default(),
        birth_date: row.birth_date.map(jiff_sqlx::Date::to_jiff),
        erased_at: row.erased_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(person.collect())
}

pub async fn count(conn: &mut PgConnection) -> Result<i64> {
    Ok(query_scalar!(r#"select count(*) as "count!" from members"#).fetch_one(conn).await?)
}

//! The statements of falls.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{domain::ids::MemberId, server::error::Result};

/// A change of a member's tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub changed_at: Timestamp,
    pub from: String,
    pub to: String,
    pub reason: String,
}

/// Where a member was seen last.
pub struct Seen {
    pub member: MemberId,
    pub tier: String,
    pub changed_at: Timestamp,
    pub joined_at: Timestamp,
}

/// Members whose last change led above the first tier, in order.
pub async fn risen(conn: &mut PgConnection, after: Option<MemberId>, limit: i64) -> Result<Vec<Seen>> {
    let rows = sqlx::query!(
        "select c.member_id, c.to_tier, c.changed_at, m.joined_at
         from (
             select distinct on (member_id) member_id, to_tier, changed_at from tier_changes
             where $1::uuid is null or member_id > $1
             order by member_id, changed_at desc
         ) c join members m using (member_id) join tiers t on t.tier = c.to_tier
         where t.rank > 1 order by c.member_id limit $2",
        after.map(|member| member.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    let seen = rows.into_iter().map(|row| Seen {
        member: MemberId(row.member_id),
        tier: row.to_tier,
        changed_at: row.changed_at.to_jiff(),
        joined_at: row.joined_at.to_jiff(),
    });
    Ok(seen.collect())
}

/// False: it was written down before.
pub async fn insert(conn: &mut PgConnection, member: MemberId, change: &Change) -> Result<bool> {
    let put = sqlx::query!(
        "insert into tier_changes (member_id, changed_at, from_tier, to_tier, reason)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        member.0,
        change.changed_at.to_sqlx() as _,
        change.from,
        change.to,
        change.reason
    );
    Ok(put.execute(conn).await?.rows_affected() == 1)
}

/// How a member moved between tiers, by the names of the tiers, the newest first.
pub async fn history(conn: &mut PgConnection, member: MemberId) -> Result<Vec<Change>> {
    let rows = sqlx::query!(
        r#"select c.changed_at, coalesce(f.name, c.from_tier) as "from!",
             coalesce(t.name, c.to_tier) as "to!", c.reason
         from tier_changes c
             left join tiers f on f.tier = c.from_tier left join tiers t on t.tier = c.to_tier
         where c.member_id = $1 order by c.changed_at desc limit 50"#,
        member.0
    )
    .fetch_all(conn)
    .await?;
    let change = rows.into_iter().map(|row| Change {
        changed_at: row.changed_at.to_jiff(),
        from: row.from,
        to: row.to,
        reason: row.reason,
    });
    Ok(change.collect())
}

//! The statements behind the numbers: each reads one table once.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query, query_scalar};

use crate::{domain::report::Overview, server::error::Result};

pub async fn members(conn: &mut PgConnection) -> Result<i64> {
    Ok(query_scalar!(r#"select count(*) as "count!" from members"#).fetch_one(conn).await?)
}

/// Purchases, what they came to, who bought and who came back.
pub async fn buyers(conn: &mut PgConnection) -> Result<Overview> {
    let row = query!(
        r#"select count(*) as "buyers!", count(*) filter (where bought > 1) as "repeat!",
             coalesce(sum(bought), 0)::bigint as "purchases!", coalesce(sum(spend), 0)::bigint as "spend!"
         from (select count(*) as bought, sum(amount) as spend from purchases group by member_id) as b"#
    )
    .fetch_one(conn)
    .await?;
    Ok(Overview {
        buyers: row.buyers,
        repeat_buyers: row.repeat,
        purchases: row.purchases,
        spend: row.spend,
        ..Overview::default()
    })
}

/// Members with a purchase since an instant.
pub async fn active(conn: &mut PgConnection, since: Timestamp) -> Result<i64> {
    Ok(query_scalar!(
        r#"select count(distinct member_id) as "count!" from purchases where purchased_at >= $1"#,
        since.to_sqlx() as _,
    )
    .fetch_one(conn)
    .await?)
}

/// Where all points came from and went to, and what is left.
pub async fn points(conn: &mut PgConnection, into: &mut Overview) -> Result<()> {
    let row = query!(
        r#"select coalesce(sum(delta) filter (where contra = 'issued'), 0)::bigint as "issued!",
             coalesce(-sum(delta) filter (where contra = 'spent'), 0)::bigint as "spent!",
             coalesce(-sum(delta) filter (where contra = 'expired'), 0)::bigint as "expired!",
             coalesce(sum(delta) filter (where contra = 'adjusted'), 0)::bigint as "adjusted!",
             coalesce(sum(delta), 0)::bigint as "outstanding!"
         from (select contra, available_delta + held_delta + pending_delta - debt_delta as delta
             from ledger_entries where contra <> 'own') as e"#
    )
    .fetch_one(conn)
    .await?;
    into.issued = row.issued;
    into.spent = row.spent;
    into.expired = row.expired;
    into.adjusted = row.adjusted;
    into.outstanding = row.outstanding;
    Ok(())
}

/// Purchases and who made them, by local month.
pub async fn monthly_purchases(
    conn: &mut PgConnection,
    since: Timestamp,
    zone: &str,
) -> Result<Vec<(Date, i64, i64)>> {
    let rows = query!(
        r#"select date_trunc('month', purchased_at at time zone $2)::date as "month!",
           count(*) as "purchases!",
             count(distinct member_id) as "active!"
         from purchases where purchased_at >= $1 group by 1"#,
        since.to_sqlx() as _,
        zone,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.month.to_jiff(), row.purchases, row.active)).collect())
}

/// Points issued and spent, by local month.
pub async fn monthly_points(
    conn: &mut PgConnection,
    since: Timestamp,
    zone: &str,
) -> Result<Vec<(Date, i64, i64)>> {
    let rows = query!(
        r#"select date_trunc('month', effective_at at time zone $2)::date as "month!",
             coalesce(sum(delta) filter (where contra = 'issued'), 0)::bigint as "issued!",
             coalesce(-sum(delta) filter (where contra = 'spent'), 0)::bigint as "spent!"
         from (select contra, effective_at, available_delta + held_delta + pending_delta - debt_delta as delta
             from ledger_entries where effective_at >= $1 and contra in ('issued', 'spent')) as e
         group by 1"#,
        since.to_sqlx() as _,
        zone,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.month.to_jiff(), row.issued, row.spent)).collect())
}

/// Who joined, by local month.
pub async fn monthly_members(
    conn: &mut PgConnection,
    since: Timestamp,
    zone: &str,
) -> Result<Vec<(Date, i64)>> {
    let rows = query!(
        r#"select date_trunc('month', joined_at at time zone $2)::date as "month!", count(*) as "joined!"
         from members where joined_at >= $1 group by 1"#,
        since.to_sqlx() as _,
        zone,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.month.to_jiff(), row.joined)).collect())
}

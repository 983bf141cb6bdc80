//! The statements of tiers.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        counters::QUALIFYING,
        ids::MemberId,
        program::day_key,
        tier::{Tier, draft::TierDraft},
    },
    server::error::{Error, Result},
};

/// What counts, by member and day.
pub type Days = BTreeMap<MemberId, Vec<(Date, i64)>>;

/// What counts by day, from one day until another, oldest first.
pub async fn qualifying_days(
    conn: &mut PgConnection,
    member: MemberId,
    from: Date,
    until: Date,
) -> Result<Vec<(Date, i64)>> {
    let rows = sqlx::query!(
        "select period, value from counters
         where member_id = $1 and metric = $2 and dimension = '' and length(period) = 10
             and period >= $3 and period <= $4
             order by period",
        member.0,
        QUALIFYING,
        day_key(from),
        day_key(until)
    )
    .fetch_all(conn)
    .await?;
    let day = rows.into_iter().map(|row| Ok((row.period.parse().map_err(Error::broken)?, row.value)));
    day.collect()
}

pub async fn joined_at(conn: &mut PgConnection, member: MemberId) -> Result<Timestamp> {
    let at = sqlx::query_scalar!("select joined_at from members where member_id = $1", member.0)
        .fetch_optional(conn)
        .await?;
    Ok(at.ok_or_else(|| Error::not_found("This member"))?.to_jiff())
}

/// When each of these members joined.
pub async fn joined(conn: &mut PgConnection, members: &[MemberId]) -> Result<BTreeMap<MemberId, Timestamp>> {
    let ids: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!("select member_id, joined_at from members where member_id = any($1)", &ids)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (MemberId(row.member_id), row.joined_at.to_jiff())).collect())
}

/// Changes with every edit of any tier or of the policy.
pub async fn version(conn: &mut PgConnection) -> Result<i64> {
    let version = sqlx::query_scalar!(r#"select sum(version)::bigint as "version!" from tiers"#)
        .fetch_one(conn)
        .await?;
    Ok(version)
}

/// Lets nobody else edit tiers, and nobody count for them, until the transaction ends.
pub async fn lock(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("lock table tiers, counters in share row exclusive mode").execute(conn).await?;
    Ok(())
}

pub async fn update(conn: &mut PgConnection, tier: &Tier) -> Result<()> {
    sqlx::query!(
        "update tiers set name = $2, threshold = $3, earn_percent = $4, benefits = $5, free_shipping = $6,
             early_days = $7, version = version + 1
         where tier = $1",
        tier.tier,
        tier.name,
        tier.threshold,
        tier.earn_percent,
        tier.benefits,
        tier.free_shipping,
        tier.early_days
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn set_policy(conn: &mut PgConnection, policy: &serde_json::Value) -> Result<()> {
    sqlx::query!("update rulebook set tier_policy = $1", policy).execute(conn).await?;
    Ok(())
}

/// Keeps a ladder that is no longer in force.
pub async fn insert_past_ladder(conn: &mut PgConnection, until: Timestamp, ladder: &TierDraft) -> Result<()> {
    sqlx::query!(
        "insert into past_ladders (until, ladder) values ($1, $2) on conflict do nothing",
        until.to_sqlx() as _,
        serde_json::to_value(ladder)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every ladder that is no longer in force, with the instant until which it was, the oldest first.
pub async fn past_ladders(conn: &mut PgConnection) -> Result<Vec<(Timestamp, TierDraft)>> {
    let rows = sqlx::query!("select until, ladder from past_ladders order by until").fetch_all(conn).await?;
    let past = rows.into_iter().map(|row| Ok((row.until.to_jiff(), serde_json::from_value(row.ladder)?)));
    past.collect()
}

/// Counts anew what counts for tiers, from purchases less their returns, and other activities.
pub async fn recount(conn: &mut PgConnection, spend: bool, zone: &str) -> Result<()> {
    sqlx::query!("delete from counters where metric = $1", QUALIFYING).execute(&mut *conn).await?;
    sqlx::query!(
        "with returned as (
             select member_id, purchase_id, sum(amount) as amount, sum(points) as points
             from returns group by member_id, purchase_id
         ), counted as (
             select p.member_id, p.purchased_at as at, case when $3 then p.amount - coalesce(r.amount, 0)
                 else p.points - coalesce(r.points, 0) end as value
             from purchases p left join returned r using (member_id, purchase_id)
             union all
             select member_id, occurred_at, points from activities where not $3
         )
         insert into counters (member_id, metric, dimension, period, value)
         select member_id, $1, '', to_char(at at time zone $2, 'YYYY-MM-DD'), sum(value) from counted
         group by member_id, to_char(at at time zone $2, 'YYYY-MM-DD')",
        QUALIFYING,
        zone,
        spend
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Members in order, each with the instant of joining.
pub async fn members_after(
    conn: &mut PgConnection,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<(MemberId, Timestamp)>> {
    let rows = sqlx::query!(
        "select member_id, joined_at from members where $1::uuid is null or member_id > $1
         order by member_id limit $2",
        after.map(|member| member.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (MemberId(row.member_id), row.joined_at.to_jiff())).collect())
}

/// What counts now, by member and day, oldest first.
pub async fn days_of(conn: &mut PgConnection, members: &[MemberId]) -> Result<Days> {
    let ids: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        "select member_id, period, value from counters
         where metric = $1 and dimension = '' and member_id = any($2) order by member_id, period",
        QUALIFYING,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let mut days = Days::new();
    for row in rows {
        let day = row.period.parse().map_err(Error::broken)?;
        days.entry(MemberId(row.member_id)).or_default().push((day, row.value));
    }
    Ok(days)
}

/// What would count by another basis.
pub async fn days_by(
    conn: &mut PgConnection,
    members: &[MemberId],
    spend: bool,
    zone: Option<&str>,
) -> Result<Days> {
    let ids: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        r#"with returned as (
             select member_id, purchase_id, sum(amount) as amount, sum(points) as points
             from returns where member_id = any($1) group by member_id, purchase_id
         ), counted as (
             select p.member_id, p.purchased_at as at, case when $2 then p.amount - coalesce(r.amount, 0)
                 else p.points - coalesce(r.points, 0) end as value
             from purchases p left join returned r using (member_id, purchase_id)
             where p.member_id = any($1)
             union all
             select member_id, occurred_at, points from activities where member_id = any($1) and not $2
         )
         select member_id as "member_id!", (at at time zone $3)::date as "day!",
             sum(value)::bigint as "value!"
         from counted group by 1, 2 order by 1, 2"#,
        &ids,
        spend,
        zone.unwrap_or("UTC")
    )
    .fetch_all(conn)
    .await?;
    let mut days = Days::new();
    for row in rows {
        days.entry(MemberId(row.member_id)).or_default().push((row.day.to_jiff(), row.value));
    }
    Ok(days)
}

//! The statements over the stored history. The functions that they call stand in the migration of the engine.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::{PgConnection, query, query_as};
use uuid::Uuid;

use crate::{
    domain::{badge::Level, ids::MemberId},
    server::error::Result,
};

type Plan = (Value, Option<Value>, Value);

/// A level that a member has reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    pub member: MemberId,
    pub level: Level,
    /// Of a badge that repeats.
    pub period: String,
    pub at: Timestamp,
}

/// One thing that is not as the history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub subject: String,
    pub expected: String,
    pub found: String,
}

fn uuids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.0).collect()
}

pub async fn reached(
    conn: &mut PgConnection,
    (plan, whole, reading): &Plan,
    members: Option<&[MemberId]>,
    zone: &str,
) -> Result<Vec<Reached>> {
    let members = members.map(uuids);
    let rows = query!(
        r#"select member_id as "member_id!", level as "level!", period as "period!", at as "at!"
           from reached($1, $2, $3, $4, $5) order by at, member_id, level"#,
        plan,
        whole.as_ref(),
        zone,
        members.as_deref(),
        reading
    )
    .fetch_all(conn)
    .await?;
    let reached = rows.into_iter().filter_map(|row| {
        let (member, level) = (MemberId(row.member_id), Level::parse(&row.level)?);
        Some(Reached { member, level, period: row.period, at: row.at.to_jiff() })
    });
    Ok(reached.collect())
}

pub async fn count_reached(
    conn: &mut PgConnection,
    (plan, whole, reading): &Plan,
    zone: &str,
) -> Result<Vec<(Level, i64)>> {
    let rows = query!(
        r#"select level as "level!", count(distinct member_id) as "members!"
           from reached($1, $2, $3, null, $4) group by level"#,
        plan,
        whole.as_ref(),
        zone,
        reading
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((Level::parse(&row.level)?, row.members))).collect())
}

pub async fn forget(conn: &mut PgConnection, name: &str, members: &[MemberId]) -> Result<()> {
    query!("delete from counters where member_id = any($1) and metric = $2", &uuids(members), name)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn count(
    conn: &mut PgConnection,
    (name, plan): (&str, &Value),
    grains: &[&str],
    members: &[MemberId],
    zone: &str,
) -> Result<()> {
    query!(
        "insert into counters (member_id, metric, dimension, period, value)
         select member_id, $1, dimension, period, value from counted($2, $3, $4, $5) where value > 0",
        name,
        plan,
        zone,
        &uuids(members),
        grains as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counters against what was told.
pub async fn counted_wrong(
    conn: &mut PgConnection,
    (name, plan): (&str, &Value),
    grains: &[&str],
    zone: &str,
) -> Result<Vec<Difference>> {
    let differences = query_as!(
        Difference,
        r#"with derived as (select * from counted($2, $3, null, $4)),
           found as (
               select member_id, dimension, period, value from counters where metric = $1
                   and case when period = '' then '' when length(period) = 10 then 'day'
                       when period like '%-W%' then 'week' when period like '%-Q%' then 'quarter'
                       when length(period) = 7 then 'month' else 'year' end = any($4)
           )
           select format('member %s %s %s %s', coalesce(f.member_id, d.member_id), $1,
                   coalesce(f.dimension, d.dimension), coalesce(f.period, d.period)) as "subject!",
               coalesce(d.value, 0)::text as "expected!", coalesce(f.value, 0)::text as "found!"
           from found f full join derived d using (member_id, dimension, period)
           where coalesce(f.value, 0) <> coalesce(d.value, 0)"#,
        name,
        plan,
        zone,
        grains as _
    )
    .fetch_all(conn)
    .await?;
    Ok(differences)
}

/// Awards against the levels that were reached. With `exactly`, none may be left of what no longer holds.
pub async fn awarded_wrong(
    conn: &mut PgConnection,
    badge: &str,
    (plan, whole, reading): &Plan,
    exactly: bool,
    zone: &str,
) -> Result<Vec<Difference>> {
    let differences = query_as!(
        Difference,
        r#"with derived as (select member_id, level, period from reached($2, $3, $4, null, $5)),
           found as (select member_id, level, period from awards where badge = $1)
           select format('member %s badge %s %s %s', coalesce(f.member_id, d.member_id), $1,
                   coalesce(f.level, d.level), coalesce(f.period, d.period)) as "subject!",
               case when d.level is null then 'no award' else 'an award' end as "expected!",
               case when f.level is null then 'none' else 'one' end as "found!"
           from found f full join derived d using (member_id, level, period)
           where f.level is null or ($6 and d.level is null)"#,
        badge,
        plan,
        whole.as_ref(),
        zone,
        reading,
        exactly
    )
    .fetch_all(conn)
    .await?;
    Ok(differences)
}

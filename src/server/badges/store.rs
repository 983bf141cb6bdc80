//! The statements of badges.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{PgConnection, query, query_scalar};

use crate::{
    domain::{
        badge::Level,
        counters::{CounterKey, Counters},
        ids::MemberId,
    },
    server::error::Result,
};

/// The counters that badges and streaks read: lifetime and months.
pub async fn counters(conn: &mut PgConnection, member: MemberId) -> Result<Counters> {
    let rows = query!(
        "select metric, dimension, period, value from counters where member_id = $1 and length(period) < 10",
        member.0
    )
    .fetch_all(conn)
    .await?;
    let mut counters = Counters::default();
    for row in rows {
        let (metric, dimension, period) = (row.metric, row.dimension, row.period);
        counters.load(CounterKey { metric, dimension, period }, row.value);
    }
    Ok(counters)
}

pub async fn awards(conn: &mut PgConnection, member: MemberId) -> Result<Vec<(String, Level, Timestamp)>> {
    let rows = query!("select badge, level, awarded_at from awards where member_id = $1", member.0)
        .fetch_all(conn)
        .await?;
    let award = rows
        .into_iter()
        .filter_map(|row| Some((row.badge, Level::parse(&row.level)?, row.awarded_at.to_jiff())));
    Ok(award.collect())
}

pub async fn count_members(conn: &mut PgConnection) -> Result<i64> {
    Ok(query_scalar!(r#"select count(*) as "count!" from members"#).fetch_one(conn).await?)
}

/// How many members hold each level of each badge.
pub async fn holders(conn: &mut PgConnection) -> Result<HashMap<(String, Level), i64>> {
    let rows = query!(
        r#"select badge, level, count(distinct member_id) as "count!" from awards group by badge, level"#
    )
    .fetch_all(conn)
    .await?;
    let holders =
        rows.into_iter().filter_map(|row| Some(((row.badge, Level::parse(&row.level)?), row.count)));
    Ok(holders.collect())
}

//! The statements of tiers.

use jiff::civil::Date;
use sqlx::PgConnection;

use crate::{
    domain::{counters::QUALIFYING, ids::MemberId, program::day_key},
    server::error::{Error, Result},
};

/// Qualifying points by day, after one day and until another, oldest first.
pub async fn qualifying_days(
    conn: &mut PgConnection,
    member: MemberId,
    after: Date,
    until: Date,
) -> Result<Vec<(Date, i64)>> {
    let rows = sqlx::query!(
        "select period, value from counters
         where member_id = $1 and metric = $2 and dimension = '' and period > $3 and period <= $4
             order by period",
        member.0,
        QUALIFYING,
        day_key(after),
        day_key(until)
    )
    .fetch_all(conn)
    .await?;
    let day = rows.into_iter().map(|row| Ok((row.period.parse().map_err(Error::broken)?, row.value)));
    day.collect()
}

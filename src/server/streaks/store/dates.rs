//! The statements that keep the dates of streaks as the history says.

use jiff::civil::Date;
use sqlx::{PgConnection, query_as};
use uuid::Uuid;

use super::{ids, jiff_days};
use crate::{domain::ids::MemberId, server::error::Result};

struct Row {
    member_id: Uuid,
    days: Vec<jiff_sqlx::Date>,
}

impl Row {
    fn dates(self) -> (MemberId, Vec<Date>) {
        (MemberId(self.member_id), jiff_days(self.days))
    }
}

/// Makes the dates of members what the history says; gives those whose dates are others now.
pub async fn recount(
    conn: &mut PgConnection,
    kinds: &[String],
    members: &[MemberId],
) -> Result<Vec<(MemberId, Vec<Date>)>> {
    let rows = query_as!(
        Row,
        r#"with derived as (
             select n.member_id,
                 coalesce(array_agg(d.day order by d.day) filter (where d.day is not null), '{}') as days
             from unnest($2::uuid[]) as n (member_id) left join streak_days($1, $2) d using (member_id)
             group by n.member_id
         )
         insert into streaks (member_id, days)
         select d.member_id, d.days from derived d left join streaks s using (member_id)
         where d.days is distinct from coalesce(s.days, '{}')
         on conflict (member_id) do update set days = excluded.days
         returning member_id, days as "days: Vec<jiff_sqlx::Date>""#,
        kinds,
        &ids(members)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::dates).collect())
}

/// Adds the dates of what was recorded since an id; gives those whose dates are others now.
pub async fn add(
    conn: &mut PgConnection,
    kinds: &[String],
    members: &[MemberId],
    since: Uuid,
) -> Result<Vec<(MemberId, Vec<Date>)>> {
    let rows = query_as!(
        Row,
        r#"insert into streaks (member_id, days)
         select member_id, array_agg(day order by day) from streak_days($1, $2, $3) group by member_id
         on conflict (member_id) do update
             set days = (select array_agg(distinct day order by day)
                 from unnest(streaks.days || excluded.days) day)
             where not streaks.days @> excluded.days
         returning member_id, days as "days: Vec<jiff_sqlx::Date>""#,
        kinds,
        &ids(members),
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::dates).collect())
}

//! The statements of the check.

use sqlx::PgConnection;

use super::Difference;
use crate::server::error::Result;

/// Stored dates against those that follow from the history. Those of members who left are gone, with the
/// zones that they were in.
pub async fn dates(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let rows = sqlx::query_as!(
        Difference,
        r#"with policy as (select kinds, filled_at from streak_policies order by version desc limit 1),
           everybody as (
               select array_agg(member_id) as members from members m
               where not exists (select from erasures e where e.member_id = m.member_id)
           ),
           derived as (
               select d.member_id, array_agg(d.day order by d.day) as days
               from policy p cross join everybody e cross join lateral streak_days(p.kinds, e.members) d
               group by d.member_id
           )
           select 'streak of member ' || coalesce(s.member_id, d.member_id) as "subject!",
               coalesce(array_to_string(d.days, ' '), 'no dates') as "expected!",
               coalesce(array_to_string(s.days, ' '), 'no dates') as "found!"
           from derived d full join streaks s using (member_id)
           where coalesce(s.days, '{}') is distinct from coalesce(d.days, '{}')
               and (select filled_at from policy) is not null
               and not exists (select from erasures e where e.member_id = coalesce(s.member_id, d.member_id))
               and not exists (select from outbox o where o.member_id = coalesce(s.member_id, d.member_id))"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Milestones against the ledger: who was paid has one entry of its points, and nobody else has one.
pub async fn payments(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let rows = sqlx::query_as!(
        Difference,
        r#"select format('milestone %s %s of member %s', m.periods, m.unit, m.member_id) as "subject!",
               case when m.paid_at is null then 'nothing paid' else m.points || ' points, once' end
                   as "expected!",
               count(e.entry_no) || ' entries of ' || coalesce(sum(e.available_delta), 0) as "found!"
           from streak_milestones m left join ledger_entries e
               on e.member_id = m.member_id and e.kind = 'adjustment'
               and e.document_key = sha256('\x0000000000000006'::bytea
                   || convert_to(format('streak%s/%s/%s', m.unit, m.periods, m.member_id), 'UTF8'))
           group by m.member_id, m.unit, m.periods
           having count(e.entry_no) <> case when m.paid_at is null then 0 else 1 end
               or (m.paid_at is not null
                   and coalesce(sum(e.available_delta + e.pending_delta - e.debt_delta), 0) <> m.points)"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

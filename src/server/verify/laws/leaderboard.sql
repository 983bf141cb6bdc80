with dated as (
    select e.member_id, e.available_delta + e.pending_delta - e.debt_delta as points,
        to_char(e.effective_at at time zone $1, 'YYYY-MM') as month
    from ledger_entries e join members m using (member_id)
    where e.kind = 'accrual' and e.available_delta + e.pending_delta - e.debt_delta > 0 and m.listed
), derived as (
    select member_id, month as period, sum(points) as score from dated group by member_id, month
    union all
    select member_id, 'all', sum(points) from dated group by member_id
), waiting as (
    select member_id, points, to_char(effective_at at time zone $1, 'YYYY-MM') as month
    from outbox where kind = 'points_earned' and points > 0
), told as (
    select member_id, period, sum(score) as score from (
        select member_id, period, score from leaderboard_scores where leaderboard = 'points'
        union all select w.member_id, w.month, w.points from waiting w join members m using (member_id) where m.listed
        union all select w.member_id, 'all', w.points from waiting w join members m using (member_id) where m.listed
    ) as parts group by member_id, period
)
select format('member %s period %s', coalesce(t.member_id, d.member_id), coalesce(t.period, d.period)) as "subject!",
    coalesce(d.score, 0)::text as "expected!", coalesce(t.score, 0)::text as "found!"
from told t full join derived d using (member_id, period) where coalesce(t.score, 0) <> coalesce(d.score, 0)

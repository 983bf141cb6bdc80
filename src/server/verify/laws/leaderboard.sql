-- Earned, less what was returned while the month of the purchase was still open; the board of all time follows every return.
with dated as (
    select e.member_id, e.available_delta + e.pending_delta - e.debt_delta as points, false as frozen,
        to_char(e.effective_at at time zone $1, 'YYYY-MM') as month
    from ledger_entries e where e.kind = 'accrual' and e.available_delta + e.pending_delta - e.debt_delta > 0
    union all
    select r.member_id, -r.points, to_char(p.purchased_at at time zone $1, 'YYYY-MM') < to_char(r.received_at at time zone $1, 'YYYY-MM'),
        to_char(p.purchased_at at time zone $1, 'YYYY-MM')
    from returns r join purchases p using (member_id, purchase_id)
), derived as (
    select member_id, month as period, sum(points) as score from dated where not frozen group by member_id, month
    union all
    select member_id, 'all', sum(points) from dated group by member_id
), waiting as (
    select member_id, points, coalesce((body ->> 'frozen')::boolean, false) as frozen,
        to_char(effective_at at time zone $1, 'YYYY-MM') as month
    from outbox where (kind = 'points_earned' and points > 0) or kind = 'points_returned'
), told as (
    select member_id, period, sum(score) as score from (
        select member_id, period, score from leaderboard_scores where leaderboard = 'points'
        union all select member_id, month, points from waiting where not frozen
        union all select member_id, 'all', points from waiting
    ) as parts group by member_id, period
)
select format('member %s period %s', coalesce(t.member_id, d.member_id), coalesce(t.period, d.period)) as "subject!",
    coalesce(d.score, 0)::text as "expected!", coalesce(t.score, 0)::text as "found!"
from told t full join derived d using (member_id, period) join members m using (member_id)
where m.listed and coalesce(t.score, 0) <> coalesce(d.score, 0)
union all
select format('member %s period %s', s.member_id, s.period), 'not on the boards', s.score::text
from leaderboard_scores s join members m using (member_id) where not m.listed

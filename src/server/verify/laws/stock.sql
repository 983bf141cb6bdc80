with redeemed as (
    select reward_id, count(*) as units from redemptions where took_stock and cancelled_at is null group by reward_id
)
select 'reward ' || r.name as "subject!",
    format('%s left of %s', s.capacity - coalesce(d.units, 0), s.capacity) as "expected!",
    format('%s left of %s', s.remaining, s.capacity) as "found!"
from reward_stock s join rewards r using (reward_id) left join redeemed d using (reward_id)
where s.remaining <> s.capacity - coalesce(d.units, 0)

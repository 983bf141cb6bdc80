-- What is left of each purchase after its returns. A purchase that cost nothing is gone once it was returned.
with came_back as (
    select member_id, purchase_id, sum(amount) as amount, sum(quantity) as quantity, sum(points) as points
    from returns group by member_id, purchase_id
), dated as (
    select p.member_id, p.purchase_id, p.amount - coalesce(r.amount, 0) as amount, p.quantity - coalesce(r.quantity, 0) as quantity,
        p.points - coalesce(r.points, 0) as points, (p.purchased_at at time zone $1)::date as day,
        r.purchase_id is null or p.amount > r.amount or p.quantity > r.quantity as stands
    from purchases p left join came_back r using (member_id, purchase_id)
), derived as (
    select member_id, 'purchases' as metric, '' as dimension, '' as period, count(*) as value from dated where stands group by member_id
    union all
    select member_id, 'purchases', '', to_char(day, 'YYYY-MM'), count(*) from dated where stands group by member_id, to_char(day, 'YYYY-MM')
    union all
    select member_id, 'qualifying', '', to_char(day, 'YYYY-MM-DD'), sum(value) from (
        select member_id, day, case when (select tier_policy ->> 'basis' from rulebook) = 'spend' then amount else points end as value
        from dated
        union all
        select member_id, (occurred_at at time zone $1)::date, points from activities
        where (select tier_policy ->> 'basis' from rulebook) <> 'spend'
    ) as earned group by member_id, to_char(day, 'YYYY-MM-DD')
)
select format('member %s %s %s %s', coalesce(c.member_id, d.member_id), coalesce(c.metric, d.metric),
        coalesce(c.dimension, d.dimension), coalesce(c.period, d.period)) as "subject!",
    coalesce(d.value, 0)::text as "expected!", coalesce(c.value, 0)::text as "found!"
from (select * from counters where metric = 'qualifying'
        or (metric = 'purchases' and (period = '' or period ~ '^[0-9]{4}-[0-9]{2}$'))) c
    full join derived d using (member_id, metric, dimension, period)
where coalesce(c.value, 0) <> coalesce(d.value, 0)

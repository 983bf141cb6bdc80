-- What is left of each purchase after its returns. A purchase that cost nothing is gone once it was returned.
with came_back as (
    select member_id, purchase_id, sum(amount) as amount, sum(quantity) as quantity, sum(points) as points
    from returns group by member_id, purchase_id
), dated as (
    select p.member_id, p.purchase_id, p.amount - coalesce(r.amount, 0) as amount, p.quantity - coalesce(r.quantity, 0) as quantity,
        p.points - coalesce(r.points, 0) as points, (p.purchased_at at time zone $1)::date as day,
        r.purchase_id is null or p.amount > r.amount or p.quantity > r.quantity as stands
    from purchases p left join came_back r using (member_id, purchase_id)
), lines_back as (
    select r.member_id, r.purchase_id, l.line_no, sum(l.amount) as amount, sum(l.quantity) as quantity
    from returns r join return_lines l using (member_id, return_id) group by r.member_id, r.purchase_id, l.line_no
), lines_left as (
    select l.member_id, l.purchase_id, l.sku, l.category, l.quantity - coalesce(b.quantity, 0) as quantity,
        l.amount - coalesce(b.amount, 0) as amount, b.line_no is null as untouched
    from purchase_lines l left join lines_back b using (member_id, purchase_id, line_no)
), lined as (
    select l.member_id, l.purchase_id, 'category:' || l.category as dimension, l.quantity, l.amount
    from lines_left l where l.category is not null and (l.untouched or l.quantity > 0 or l.amount > 0)
    union all
    select l.member_id, l.purchase_id, 'sku:' || l.sku, l.quantity, l.amount
    from lines_left l where l.sku is not null and (l.untouched or l.quantity > 0 or l.amount > 0)
), read_by_badges as (
    select distinct case rule ->> 'measure' when 'month_streak' then 'purchases' else rule ->> 'measure' end as metric,
        coalesce('category:' || (rule -> 'where' ->> 'category'), 'sku:' || (rule -> 'where' ->> 'sku')) as dimension
    from badges where live and rule -> 'where' is not null
), derived as (
    select member_id, 'purchases' as metric, '' as dimension, '' as period, count(*) as value from dated where stands group by member_id
    union all
    select member_id, 'purchases', '', to_char(day, 'YYYY-MM'), count(*) from dated where stands group by member_id, to_char(day, 'YYYY-MM')
    union all
    select member_id, 'spend', '', '', sum(amount) from dated group by member_id
    union all
    select member_id, 'quantity', '', '', sum(quantity) from dated group by member_id
    union all
    select member_id, 'qualifying', '', to_char(day, 'YYYY-MM-DD'), sum(value) from (
        select member_id, day, case when (select tier_policy ->> 'basis' from rulebook) = 'spend' then amount else points end as value
        from dated
        union all
        select member_id, (occurred_at at time zone $1)::date, points from activities
        where (select tier_policy ->> 'basis' from rulebook) <> 'spend'
    ) as earned group by member_id, to_char(day, 'YYYY-MM-DD')
    union all
    select l.member_id, b.metric, b.dimension, '',
        case b.metric when 'purchases' then count(distinct l.purchase_id) when 'spend' then sum(l.amount) else sum(l.quantity) end
    from lined l join read_by_badges b using (dimension) group by l.member_id, b.metric, b.dimension
)
select format('member %s %s %s %s', coalesce(c.member_id, d.member_id), coalesce(c.metric, d.metric),
        coalesce(c.dimension, d.dimension), coalesce(c.period, d.period)) as "subject!",
    coalesce(d.value, 0)::text as "expected!", coalesce(c.value, 0)::text as "found!"
from counters c full join derived d using (member_id, metric, dimension, period)
where coalesce(c.value, 0) <> coalesce(d.value, 0)
    -- Counters of badges that were switched off later are nobody's any more.
    and (coalesce(c.dimension, d.dimension) = ''
        or (coalesce(c.metric, d.metric), coalesce(c.dimension, d.dimension)) in (select metric, dimension from read_by_badges))

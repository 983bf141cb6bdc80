with dated as (
    select member_id, purchase_id, amount, quantity, points, (purchased_at at time zone $1)::date as day from purchases
), lined as (
    select l.member_id, l.purchase_id, 'category:' || l.category as dimension, l.quantity, l.amount
    from purchase_lines l where l.category is not null
    union all
    select l.member_id, l.purchase_id, 'sku:' || l.sku, l.quantity, l.amount from purchase_lines l where l.sku is not null
), read_by_badges as (
    select distinct case rule ->> 'measure' when 'month_streak' then 'purchases' else rule ->> 'measure' end as metric,
        coalesce('category:' || (rule -> 'where' ->> 'category'), 'sku:' || (rule -> 'where' ->> 'sku')) as dimension
    from badges where live and rule -> 'where' is not null
), derived as (
    select member_id, 'purchases' as metric, '' as dimension, '' as period, count(*) as value from dated group by member_id
    union all
    select member_id, 'purchases', '', to_char(day, 'YYYY-MM'), count(*) from dated group by member_id, to_char(day, 'YYYY-MM')
    union all
    select member_id, 'spend', '', '', sum(amount) from dated group by member_id
    union all
    select member_id, 'quantity', '', '', sum(quantity) from dated group by member_id
    union all
    select member_id, 'qualifying', '', to_char(day, 'YYYY-MM-DD'), sum(points) from dated group by member_id, to_char(day, 'YYYY-MM-DD')
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

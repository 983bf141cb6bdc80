-- Badges as an engine: rules are versions that never change, what they measure can be counted again over the stored history in one
-- statement, and a badge that goes live is filled with what was before by a job.

-- The old four measures in the new words. Their plain counters keep their names; those with a filter are counted again.
alter table badges add column state text not null default 'live' check (state in ('counting', 'awarding', 'live', 'retired'));
update badges set state = case when not live then 'retired' when rule -> 'where' is null then 'live'
    when exists (select from purchases) then 'counting' else 'live' end;
update badges set rule = jsonb_build_object('levels', rule -> 'levels', 'metric', jsonb_strip_nulls(jsonb_build_object(
    'on', '["purchase"]'::jsonb,
    'where', case when rule -> 'where' is not null then jsonb_build_object('lines', jsonb_strip_nulls(jsonb_build_object(
        'category', case when rule -> 'where' ->> 'category' is not null then jsonb_build_array(rule -> 'where' ->> 'category') end,
        'sku', case when rule -> 'where' ->> 'sku' is not null then jsonb_build_array(rule -> 'where' ->> 'sku') end))) end,
    'measure', case rule ->> 'measure' when 'purchases' then '"count"'::jsonb when 'spend' then '{"sum": "amount"}'
        when 'quantity' then '{"sum": "quantity"}' else '{"streak": "month"}' end)));
alter table badges drop column live;

-- Every version that was live: what an award was given for can be looked up for ever.
create table badge_versions (
    badge text not null,
    version integer not null check (version > 0),
    name text not null,
    description text not null,
    glyph text not null,
    rule jsonb not null,
    created_at timestamptz not null default now(),
    primary key (badge, version)
);
insert into badge_versions (badge, version, name, description, glyph, rule)
select badge, version, name, description, glyph, rule from badges;
create function refuse_badge_change() returns trigger language plpgsql as $$
begin
    raise exception 'a version of a badge is immutable; make a new version' using errcode = 'restrict_violation';
end $$;
create trigger badge_versions_are_immutable before update on badge_versions
    for each row execute function refuse_badge_change();

create function keep_badge_version() returns trigger language plpgsql as $$
begin
    insert into badge_versions (badge, version, name, description, glyph, rule)
    values (new.badge, new.version, new.name, new.description, new.glyph, new.rule) on conflict do nothing;
    return null;
end $$;
create trigger versions_are_kept after insert or update on badges for each row execute function keep_badge_version();

-- Counters that nobody reads: they are written for rules that are live, and for nothing else.
delete from counters where metric = 'activities' or (metric in ('purchases', 'spend', 'quantity') and dimension <> '');
delete from counters where metric = 'spend'
    and not exists (select from badges where state <> 'retired' and rule -> 'metric' = '{"on": ["purchase"], "measure": {"sum": "amount"}}');
delete from counters where metric = 'quantity'
    and not exists (select from badges where state <> 'retired' and rule -> 'metric' = '{"on": ["purchase"], "measure": {"sum": "quantity"}}');

-- A badge that goes live counts what was before, member by member. It begins when every transaction is over that may not know it yet:
-- `watermark` is the first transaction that does.
create table badge_fills (
    badge text primary key,
    version integer not null,
    watermark bigint,
    -- The members up to this one are done, in this phase.
    done_until uuid,
    done bigint not null default 0,
    total bigint not null default 0,
    awarded bigint not null default 0,
    started_at timestamptz not null,
    finished_at timestamptz
);
insert into badge_fills (badge, version, started_at) select badge, version, now() from badges where state = 'counting';

-- How rare an award is; counted every now and then, not at every visit.
create table badge_rarity (
    badge text not null,
    level text not null,
    holders bigint not null check (holders >= 0),
    members bigint not null check (members >= 0),
    counted_at timestamptz not null,
    primary key (badge, level)
);

-- Whether a line counts, by its names.
create function line_counts(lines jsonb, sku text, category text) returns boolean language sql immutable as $$
    select (lines -> 'sku' is null or coalesce(lines -> 'sku' ? sku, false))
        and (lines -> 'category' is null or coalesce(lines -> 'category' ? category, false))
        and not coalesce(lines -> 'except_sku' ? sku, false)
        and not coalesce(lines -> 'except_category' ? category, false)
$$;

create function is_in_range(filter jsonb, amount numeric, quantity numeric) returns boolean language sql immutable as $$
    select coalesce(amount >= (filter -> 'amount' ->> 'min')::bigint, true)
        and coalesce(amount <= (filter -> 'amount' ->> 'max')::bigint, true)
        and coalesce(quantity >= (filter -> 'quantity' ->> 'min')::bigint, true)
        and coalesce(quantity <= (filter -> 'quantity' ->> 'max')::bigint, true)
$$;

-- Whether a filter holds for a local time and a place. Hours that go past midnight belong to the day on which they began.
create function is_then_and_there(filter jsonb, local timestamp, store text, attributes jsonb) returns boolean language sql immutable as $$
    select (filter -> 'store' is null or coalesce(filter -> 'store' ? store, false))
        and (filter ->> 'from' is null or local >= (filter ->> 'from')::timestamp)
        and (filter ->> 'until' is null or local < (filter ->> 'until')::timestamp)
        and (filter -> 'attributes' is null or not exists (
            select from jsonb_each(filter -> 'attributes') as wanted where not coalesce(wanted.value ? (attributes ->> wanted.key), false)))
        and case
            when filter -> 'hours' is null then filter -> 'weekdays' is null or filter -> 'weekdays' ? to_char(local, 'dy')
            when (filter -> 'hours' ->> 'from')::time < (filter -> 'hours' ->> 'until')::time then
                local::time >= (filter -> 'hours' ->> 'from')::time and local::time < (filter -> 'hours' ->> 'until')::time
                and (filter -> 'weekdays' is null or filter -> 'weekdays' ? to_char(local, 'dy'))
            when local::time >= (filter -> 'hours' ->> 'from')::time then
                filter -> 'weekdays' is null or filter -> 'weekdays' ? to_char(local, 'dy')
            else local::time < (filter -> 'hours' ->> 'until')::time
                and (filter -> 'weekdays' is null or filter -> 'weekdays' ? to_char(local - interval '1 day', 'dy'))
        end
$$;

create function period_key(grain text, day date) returns text language sql immutable as $$
    select case grain when 'day' then to_char(day, 'YYYY-MM-DD') when 'week' then to_char(day, 'IYYY-"W"IW')
        when 'month' then to_char(day, 'YYYY-MM') when 'quarter' then to_char(day, 'YYYY-"Q"Q')
        when 'year' then to_char(day, 'YYYY') else '' end
$$;

-- Numbers of periods: the one after is one more.
create function period_number(grain text, day date) returns integer language sql immutable as $$
    select case grain when 'day' then day - date '1970-01-05' when 'week' then floor((day - date '1970-01-05') / 7.0)::integer
        when 'month' then (extract(year from day) * 12 + extract(month from day))::integer
        when 'quarter' then (extract(year from day) * 4 + extract(quarter from day))::integer
        else extract(year from day)::integer end
$$;

-- What a counter of badges counts, out of the stored history: `plan` is what domain/metric.rs calls `Counted`. Of purchases, what is left
-- after their returns. Without `members`, of all.
create function told(plan jsonb, zone text, members uuid[])
returns table (member_id uuid, at timestamptz, document uuid, day date, dimension text, value bigint) language sql stable as $$
    with bought as (
        select p.member_id, p.purchase_id, p.purchased_at, p.purchased_at at time zone zone as local, p.store,
            p.amount - coalesce(b.amount, 0) as amount, p.quantity - coalesce(b.quantity, 0) as quantity, b.purchase_id is not null as touched
        from purchases p left join (
            select r.member_id, r.purchase_id, sum(r.amount) as amount, sum(r.quantity) as quantity from returns r
            where members is null or r.member_id = any(members) group by r.member_id, r.purchase_id
        ) b using (member_id, purchase_id)
        where plan -> 'on' ? 'purchase' and (members is null or p.member_id = any(members))
            and (b.purchase_id is null or p.amount > b.amount or p.quantity > b.quantity)
            and is_then_and_there(plan -> 'where', p.purchased_at at time zone zone, p.store, null)
            and is_then_and_there(plan -> 'part', p.purchased_at at time zone zone, p.store, null)
    ), by_line as (
        select coalesce(plan -> 'where' -> 'lines', plan -> 'part' -> 'lines') is not null
            or coalesce(plan ->> 'spread', '') in ('sku', 'category') as lines
    ), lines_left as (
        select b.*, case plan ->> 'spread' when 'sku' then left(nullif(l.sku, ''), 60) when 'category' then left(nullif(l.category, ''), 60)
                else '' end as word,
            l.quantity - coalesce(r.quantity, 0) as line_quantity, l.amount - coalesce(r.amount, 0) as line_amount,
            line_counts(plan -> 'where' -> 'lines', l.sku, l.category) as counts,
            line_counts(plan -> 'where' -> 'lines', l.sku, l.category) and line_counts(plan -> 'part' -> 'lines', l.sku, l.category) as is_part
        from bought b join purchase_lines l using (member_id, purchase_id) left join (
            select r.member_id, r.purchase_id, k.line_no, sum(k.quantity) as quantity, sum(k.amount) as amount
            from returns r join return_lines k using (member_id, return_id)
            where members is null or r.member_id = any(members) group by r.member_id, r.purchase_id, k.line_no
        ) r using (member_id, purchase_id, line_no)
        where (select lines from by_line)
            and (not b.touched or l.quantity > coalesce(r.quantity, 0) or l.amount > coalesce(r.amount, 0))
    ), lined as (
        select l.member_id, l.purchase_id, l.purchased_at, l.local, l.store, l.word,
            count(*) filter (where l.is_part) as lines, sum(l.line_amount) filter (where l.is_part) as amount,
            sum(l.line_quantity) filter (where l.is_part) as quantity,
            sum(count(*) filter (where l.counts)) over purchase as all_lines,
            coalesce(sum(sum(l.line_amount) filter (where l.counts)) over purchase, 0) as all_amount,
            coalesce(sum(sum(l.line_quantity) filter (where l.counts)) over purchase, 0) as all_quantity
        from lines_left l group by l.member_id, l.purchase_id, l.purchased_at, l.local, l.store, l.word
        window purchase as (partition by l.member_id, l.purchase_id)
    ), happened as (
        select b.member_id, b.purchase_id as document, b.purchased_at as at, b.local, 'purchase' as kind, b.store, '' as word,
            b.amount, b.quantity, null::jsonb as attributes
        from bought b where not (select lines from by_line)
            and is_in_range(plan -> 'where', b.amount, b.quantity) and is_in_range(plan -> 'part', b.amount, b.quantity)
        union all
        select l.member_id, l.purchase_id, l.purchased_at, l.local, 'purchase', l.store, l.word, l.amount, l.quantity, null
        from lined l where l.word is not null and l.lines > 0
            and is_in_range(plan -> 'where', l.all_amount, l.all_quantity)
            and (plan -> 'part' is null or is_in_range(plan -> 'part', l.amount, l.quantity))
        union all
        select a.member_id, a.activity_id, a.occurred_at, a.local, a.kind, a.attributes ->> 'store', '', 0, a.quantity, a.attributes
        from (
            select *, occurred_at at time zone zone as local,
                case when attributes ->> 'quantity' ~ '^[+-]?[0-9]{1,18}$'
                    then least(greatest((attributes ->> 'quantity')::bigint, 0), 1000000) else 1 end as quantity
            from activities x where plan -> 'on' ? x.kind and x.kind <> 'purchase' and (members is null or x.member_id = any(members))
        ) a
        where not (select lines from by_line)
            and is_in_range(plan -> 'where', 0, a.quantity) and is_in_range(plan -> 'part', 0, a.quantity)
            and is_then_and_there(plan -> 'where', a.local, a.attributes ->> 'store', a.attributes)
            and is_then_and_there(plan -> 'part', a.local, a.attributes ->> 'store', a.attributes)
    ), worded as (
        select h.*, case
                when plan -> 'spread' is null or plan ->> 'spread' in ('sku', 'category') then h.word
                when plan ->> 'spread' = 'store' then left(nullif(h.store, ''), 60)
                when plan ->> 'spread' = 'kind' then h.kind
                when plan ->> 'spread' = 'day' then to_char(h.local, 'YYYY-MM-DD')
                when plan ->> 'spread' = 'weekday' then to_char(h.local, 'ID')
                else left(nullif(h.attributes ->> (plan -> 'spread' ->> 'attribute'), ''), 60) end as dimension,
            coalesce(plan -> 'what' -> 'sum', plan -> 'what' -> 'max') as number
        from happened h
    )
    select w.member_id, w.at, w.document, w.local::date, w.dimension,
        case when w.number is null then 1
            when w.number = '"amount"' then least(greatest(w.amount, 0), 1000000000000)
            when w.number = '"quantity"' then least(greatest(w.quantity, 0), 1000000000000)
            when w.attributes ->> (w.number ->> 'attribute') ~ '^[0-9]{1,15}$'
                then least((w.attributes ->> (w.number ->> 'attribute'))::bigint, 1000000000000)
            else 0 end::bigint
    from worded w where w.dimension is not null
$$;

-- The counters that follow from the history, in each of these grains; '' is the whole membership.
create function counted(plan jsonb, zone text, members uuid[], grains text[])
returns table (member_id uuid, dimension text, period text, value bigint) language sql stable as $$
    select t.member_id, t.dimension, period_key(g.grain, t.day),
        (case when plan -> 'what' -> 'max' is not null then max(t.value) else sum(t.value) end)::bigint
    from told(plan, zone, members) t cross join unnest(grains) as g (grain)
    group by t.member_id, t.dimension, period_key(g.grain, t.day)
$$;

-- Which levels the history reaches, and when: the step of the activity that reached it. `reading` says how counters become a number.
create function reached(plan jsonb, whole jsonb, zone text, members uuid[], reading jsonb)
returns table (member_id uuid, level text, period text, at timestamptz) language sql stable as $$
    with events as (
        select t.*, period_key(reading ->> 'grain', t.day) as period, period_number(reading ->> 'grain', t.day) as number
        from told(plan, zone, members) t
    ), firsts as (
        select distinct on (e.member_id, e.period, e.dimension) e.* from events e
        where reading ->> 'read' = 'values' and e.value > 0
        order by e.member_id, e.period, e.dimension, e.at, e.document
    ), periods as (
        select e.member_id, e.number, min(e.at) as at, min(e.day) as day from events e
        where reading ->> 'read' = 'run' and e.value > 0 group by e.member_id, e.number
    ), islands as (
        select p.*, p.number - row_number() over (partition by p.member_id order by p.number) as island from periods p
    ), progress as (
        select e.member_id, e.at, e.day,
            case when plan -> 'what' -> 'max' is not null then max(e.value) over so_far else sum(e.value) over so_far end as value
        from events e where reading ->> 'read' in ('total', 'best') and reading ->> 'days' is null
        window so_far as (partition by e.member_id, e.dimension, e.period order by e.at, e.document)
        union all
        select e.member_id, e.at, e.day,
            case when plan -> 'what' -> 'max' is not null then max(e.value) over days else sum(e.value) over days end
        from events e where reading ->> 'read' in ('total', 'best') and reading ->> 'days' is not null
        window days as (partition by e.member_id, e.dimension order by e.day
            range between make_interval(days => coalesce((reading ->> 'days')::integer, 1) - 1) preceding and current row)
        union all
        select f.member_id, f.at, f.day, row_number() over (partition by f.member_id, f.period order by f.at, f.document, f.dimension)
        from firsts f
        union all
        select i.member_id, i.at, i.day, row_number() over (partition by i.member_id, i.island order by i.number) from islands i
        union all
        select w.member_id, w.at, w.day, p.value * 100 / w.value
        from (
            select t.member_id, period_key(reading ->> 'grain', t.day) as period, sum(t.value) as value, max(t.at) as at, max(t.day) as day
            from told(whole, zone, members) t where reading ->> 'read' = 'share' group by 1, 2
        ) w join (
            select e.member_id, e.period, sum(e.value) as value from events e where reading ->> 'read' = 'share' group by 1, 2
        ) p using (member_id, period)
        where w.value >= greatest((reading ->> 'least')::bigint, 1)
    )
    select p.member_id, l.level, period_key(reading ->> 'repeat', p.day), min(p.at)
    from progress p join jsonb_to_recordset(reading -> 'levels') as l (level text, threshold bigint) on p.value >= l.threshold
    group by p.member_id, l.level, period_key(reading ->> 'repeat', p.day)
$$;

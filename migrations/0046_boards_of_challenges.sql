-- Boards by the progress of a challenge. Its days are the board's only period, which is closed when nothing counts for the challenge any more.
alter table leaderboards drop constraint leaderboard_metric;
alter table leaderboards
    add constraint leaderboard_metric check (metric in ('points', 'visits', 'badges', 'challenge')),
    add column challenge text references challenges,
    -- Its steps as they are counted over the stored history. A live challenge does not change, so these don't either.
    add column steps jsonb,
    add constraint leaderboard_has_its_challenge check ((metric = 'challenge') = (challenge is not null)
        and (challenge is null) = (steps is null) and (challenge is null or (scope = 'all' and periods = '{season}')));

-- What a counter of badges counts, out of the stored history, as far as it was received before `known`: what is closed stays as it was.
-- Else as before.
drop function told(jsonb, text, uuid[]);
create function told(plan jsonb, zone text, members uuid[], known timestamptz default 'infinity')
returns table (member_id uuid, at timestamptz, document uuid, day date, dimension text, value bigint) language sql stable as $$
    with bought as (
        select p.member_id, p.purchase_id, p.purchased_at, p.purchased_at at time zone zone as local, p.store,
            p.amount - coalesce(b.amount, 0) as amount, p.quantity - coalesce(b.quantity, 0) as quantity, b.purchase_id is not null as touched
        from purchases p left join (
            select r.member_id, r.purchase_id, sum(r.amount) as amount, sum(r.quantity) as quantity from returns r
            where (members is null or r.member_id = any(members)) and r.received_at < known group by r.member_id, r.purchase_id
        ) b using (member_id, purchase_id)
        where plan -> 'on' ? 'purchase' and (members is null or p.member_id = any(members)) and p.received_at < known
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
            where (members is null or r.member_id = any(members)) and r.received_at < known group by r.member_id, r.purchase_id, k.line_no
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
            from activities x
            where plan -> 'on' ? x.kind and x.kind <> 'purchase' and (members is null or x.member_id = any(members)) and x.received_at < known
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

-- How far members have come in the challenge of a board, within its days and from the day on which theirs begins. One step: what it
-- measures, also beyond its target. Several: each is worth 100 for every time that it can be done, and in proportion before. It was reached
-- when the last step had come as far as it has.
create function leaderboard_of_challenge(board text, of_members uuid[])
returns table (period text, member_id uuid, score numeric, reached_at timestamptz) language plpgsql stable as $$
#variable_conflict use_column
begin
    -- Other boards are asked as well, and are not to pay for planning what follows.
    if not exists (select from leaderboards b where b.leaderboard = board and b.challenge is not null) then
        return;
    end if;
    return query
    with kept as materialized (
        select b.challenge, b.steps, jsonb_array_length(b.steps) as many, c.rule, c.first_day, p.period, z.time_zone as zone,
            coalesce((c.rule ->> 'rounds')::integer, 1) as rounds, least(p.closes_at, c.ended_at) as known
        from leaderboards b join challenges c using (challenge) cross join programs z
            join leaderboard_periods p on p.leaderboard = b.leaderboard and p.period = b.challenge
        where b.leaderboard = board
    ), taking as materialized (
        select m.member_id, case when k.rule ->> 'join' = 'opt_in' and k.rule ->> 'progress' = 'enrolment'
                then greatest(e.enrolled_on, k.first_day) else k.first_day end as from_day
        from kept k join members m on m.member_id = any (of_members) and m.listed and m.excluded_at is null
            left join challenge_enrolments e on e.member_id = m.member_id and e.challenge = k.challenge
        where k.rule ->> 'join' = 'automatic' or e.member_id is not null
    ), happened as materialized (
        select t.*, s.number, s.reading, s.target, s.plan -> 'what' -> 'max' is not null as is_max
        from kept k cross join (select coalesce(array_agg(m.member_id), '{}') as members from taking m) l
            cross join lateral jsonb_to_recordset(k.steps) as s (number integer, plan jsonb, reading text, target bigint)
            cross join lateral told(s.plan, k.zone, l.members, k.known) t
            join taking m on m.member_id = t.member_id and t.day >= m.from_day
    ), firsts as (
        select distinct on (h.member_id, h.number, h.dimension) h.* from happened h where h.reading = 'values' and h.value > 0
        order by h.member_id, h.number, h.dimension, h.at, h.document
    ), progress as (
        select h.member_id, h.number, h.target, h.at,
            case when h.is_max then max(h.value) over so_far else sum(h.value) over so_far end as value
        from happened h where h.reading <> 'values'
        window so_far as (partition by h.member_id, h.number, h.dimension order by h.at, h.document)
        union all
        select f.member_id, f.number, f.target, f.at,
            row_number() over (partition by f.member_id, f.number order by f.at, f.document, f.dimension)
        from firsts f
    ), worth as (
        select p.member_id, p.number, p.at, case when k.many = 1 then p.value
            else least(floor(p.value * 100 / p.target), 100 * k.rounds) end as worth
        from progress p cross join kept k
    ), furthest as (
        select distinct on (w.member_id, w.number) w.* from worth w where w.worth > 0 order by w.member_id, w.number, w.worth desc, w.at
    )
    select k.period, f.member_id, sum(f.worth), max(f.at) from furthest f cross join kept k group by k.period, f.member_id;
end $$;

create or replace function leaderboard_derived(board text, of_members uuid[])
returns table (period text, segment text, member_id uuid, score bigint, reached_at timestamptz)
language sql stable as $$
    with kept as materialized (
        select b.leaderboard, b.metric, b.scope, b.periods, z.time_zone as zone
        from leaderboards b cross join programs z where b.leaderboard = board
    ), listed as materialized (
        select array_agg(m.member_id) as members from members m
        where m.member_id = any (of_members) and m.listed and m.excluded_at is null
    ), facts as materialized (
        select f.*, f.at at time zone b.zone as local
        from kept b cross join listed l cross join lateral leaderboard_facts(b.metric, b.scope = 'store', l.members) f
    ), told as materialized (
        select f.*, k.period
        from kept b cross join facts f cross join lateral (
            select 'all' as period where 'all' = any (b.periods)
            union all select to_char(f.local, 'YYYY-MM') where 'month' = any (b.periods)
            union all select to_char(f.local, 'IYYY-"W"IW') where 'week' = any (b.periods)
            union all select season from seasons
                where 'season' = any (b.periods) and f.local::date between starts_on and ends_on
        ) k
    )
    select f.period, case b.scope when 'all' then '' when 'store' then f.store else s.segment end, f.member_id,
        least(sum(f.amount), 1152921504606846975)::bigint, max(f.at) filter (where not f.is_return)
    from kept b cross join told f
        join leaderboard_periods p on p.leaderboard = b.leaderboard and p.period = f.period
        left join leaderboard_seats s on s.leaderboard = b.leaderboard and s.period = f.period and s.member_id = f.member_id
    where (f.received_at < p.closes_at or (p.was_over and not f.is_return))
        and (b.scope in ('all', 'store') or s.member_id is not null)
    group by 1, 2, 3
    having sum(f.amount) > 0
    union all
    select c.period, '', c.member_id, least(c.score, 1152921504606846975)::bigint, c.reached_at
    from leaderboard_of_challenge(board, of_members) c where c.score > 0
$$;

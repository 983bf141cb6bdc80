-- The dates of streaks, of all that was recorded or of what was recorded since: ids are as old as what they name, and stand in that order
-- behind their member, so that what is new is read and nothing else.
drop function streak_days(text[], uuid[]);
create function streak_days(kinds text[], of_members uuid[], since uuid default '00000000-0000-0000-0000-000000000000')
returns table (member_id uuid, day date) language sql stable as $$
    with returned as (
        select r.member_id, r.purchase_id, sum(r.amount) as amount, sum(r.quantity) as quantity
        from returns r where r.member_id = any (of_members) and r.purchase_id >= since group by r.member_id, r.purchase_id
    ), happened as (
        select p.member_id, p.purchased_at as at
        from purchases p left join returned r using (member_id, purchase_id)
        where 'purchase' = any (kinds) and p.member_id = any (of_members) and p.purchase_id >= since
            and (r.purchase_id is null or p.amount > r.amount or p.quantity > r.quantity)
        union all
        select a.member_id, a.occurred_at
        from activities a
        where a.kind = any (kinds) and a.kind <> 'purchase' and a.member_id = any (of_members) and a.activity_id >= since
    )
    select distinct h.member_id, (h.at at time zone coalesce(z.zone, g.time_zone))::date
    from happened h cross join programs g left join lateral (
        select m.zone from member_zones m where m.member_id = h.member_id and m.since <= h.at order by m.since desc limit 1
    ) z on true
$$;

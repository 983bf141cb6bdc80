-- The streak as data: which days count, what a missed period costs, what a run gives. A version never changes; a change makes a new one.
create table streak_policies (
    version integer primary key check (version > 0),
    unit text not null check (unit in ('day', 'week', 'month')),
    -- Kinds of activities that keep it: purchase, and any other that sources send.
    kinds text[] not null check (cardinality(kinds) between 1 and 20),
    -- A freeze is earned by so many periods kept; 0: there are none. And how many can be held.
    freeze_every smallint not null check (freeze_every between 0 and 366),
    freeze_most smallint not null check (freeze_most between 0 and 31),
    -- [{"periods": 12, "points": 50}], upwards.
    milestones jsonb not null check (jsonb_typeof(milestones) = 'array'),
    -- What was reached before this is history: it is neither paid nor told.
    created_at timestamptz not null,
    -- The members up to this one are laid out by its kinds, in the order of ids.
    filled_through uuid,
    filled_at timestamptz
);
create function refuse_streak_change() returns trigger language plpgsql as $$
begin
    raise exception 'a version of the streak is immutable; make a new version' using errcode = 'restrict_violation';
end $$;
create trigger streak_versions_are_immutable
    before update of version, unit, kinds, freeze_every, freeze_most, milestones, created_at on streak_policies
    for each row execute function refuse_streak_change();
-- The months with a purchase, as they were counted so far; a freeze only ever adds to a run.
insert into streak_policies (version, unit, kinds, freeze_every, freeze_most, milestones, created_at)
values (1, 'month', '{purchase}', 6, 1, '[{"periods": 3, "points": 0}, {"periods": 6, "points": 0}, {"periods": 12, "points": 0}]', now());

-- Where members live, from when on; before and without it, in the program's zone. What was recorded keeps its date.
create table member_zones (
    member_id uuid not null,
    since timestamptz not null,
    zone text not null check (length(zone) between 1 and 60),
    primary key (member_id, since)
);

-- The local dates on which a member did what counts, upwards, none twice. All else about a streak follows from these.
create table streaks (
    member_id uuid primary key,
    days date[] not null
);

-- What a run gave, once for each member, unit and length.
create table streak_milestones (
    member_id uuid not null,
    unit text not null,
    periods integer not null check (periods > 0),
    version integer not null references streak_policies,
    points bigint not null check (points >= 0),
    -- From which day to which the run went, and the days that freezes covered: why it was given.
    trace jsonb not null,
    reached_at timestamptz not null,
    paid_at timestamptz,
    primary key (member_id, unit, periods)
);
create index streak_milestones_to_pay on streak_milestones (reached_at) where paid_at is null and points > 0;

-- The local dates that follow from what is stored: of purchases, those of which something is left; each date in the zone
-- that the member had at that instant.
create function streak_days(kinds text[], of_members uuid[]) returns table (member_id uuid, day date) language sql stable as $$
    with returned as (
        select r.member_id, r.purchase_id, sum(r.amount) as amount, sum(r.quantity) as quantity
        from returns r where r.member_id = any (of_members) group by r.member_id, r.purchase_id
    ), happened as (
        select p.member_id, p.purchased_at as at
        from purchases p left join returned r using (member_id, purchase_id)
        where 'purchase' = any (kinds) and p.member_id = any (of_members)
            and (r.purchase_id is null or p.amount > r.amount or p.quantity > r.quantity)
        union all
        select a.member_id, a.occurred_at
        from activities a where a.kind = any (kinds) and a.kind <> 'purchase' and a.member_id = any (of_members)
    )
    select distinct h.member_id, (h.at at time zone coalesce(z.zone, g.time_zone))::date
    from happened h cross join programs g left join lateral (
        select m.zone from member_zones m where m.member_id = h.member_id and m.since <= h.at order by m.since desc limit 1
    ) z on true
$$;


-- Challenges: goals with steps between two days, joined or automatic, won in rounds. What is measured stands in `counters` like that of
-- badges, by local day, so that every member can begin on a day of their own.

create table challenges (
    challenge text primary key check (challenge ~ '^[a-z0-9-]{1,60}$'),
    version integer not null check (version > 0),
    name text not null check (length(name) between 1 and 60),
    description text not null check (length(description) between 1 and 200),
    glyph text not null check (length(glyph) <= 40),
    rule jsonb not null,
    state text not null check (state in ('draft', 'counting', 'live', 'ended')),
    -- The local days between which it runs, the second one not included: what the rule says.
    first_day date not null,
    until_day date not null,
    live_at timestamptz,
    ended_at timestamptz,
    position integer not null,
    constraint challenge_has_days check (first_day < until_day),
    constraint challenge_of_a_state check ((state = 'draft') = (live_at is null) and (state = 'ended') = (ended_at is not null))
);
-- What members see is a promise: from the moment it is live it stays as it is.
create function refuse_challenge_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if old.state <> 'draft' then
            raise exception 'a challenge that was live stays' using errcode = 'restrict_violation';
        end if;
        return old;
    end if;
    if old.state <> 'draft' and (old.challenge, old.version, old.name, old.description, old.glyph, old.rule, old.first_day,
            old.until_day, old.live_at)
        is distinct from (new.challenge, new.version, new.name, new.description, new.glyph, new.rule, new.first_day, new.until_day,
            new.live_at) then
        raise exception 'a live challenge is immutable; end it and make another' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger live_challenges_are_immutable before update or delete on challenges
    for each row execute function refuse_challenge_change();
create trigger edition after insert or update or delete or truncate on challenges
    for each statement execute function begin_new_edition();

-- What a challenge that goes live in its window has to count and to give for what was before.
create table challenge_fills (
    challenge text primary key references challenges,
    -- The first transaction that knows the challenge; those before it have to be over.
    watermark bigint,
    done_until uuid,
    finished_at timestamptz
);

create table challenge_enrolments (
    member_id uuid not null,
    challenge text not null,
    enrolled_at timestamptz not null,
    -- The local day of it: all of that day counts.
    enrolled_on date not null,
    primary key (member_id, challenge)
);
create index challenge_enrolments_by_challenge on challenge_enrolments (challenge);

create table challenge_completions (
    member_id uuid not null,
    challenge text not null,
    round integer not null check (round > 0),
    -- The local days of which the round is made, both included. The next one begins on the day after.
    from_day date not null,
    completed_on date not null,
    -- When that happened which completed it, and when we knew.
    completed_at timestamptz not null,
    recorded_at timestamptz not null,
    -- What was given: points with their entry, an award, or a voucher.
    points bigint check (points > 0),
    entry_no bigint,
    badge text,
    level text,
    redemption_id uuid,
    -- Why a voucher could not be given.
    missed text check (length(missed) <= 300),
    -- Taken back by a return.
    revoked_at timestamptz,
    primary key (member_id, challenge, round),
    constraint round_has_days check (from_day <= completed_on),
    constraint points_have_an_entry check ((points is null) = (entry_no is null)),
    constraint one_reward check (num_nonnulls(points, badge, redemption_id, missed) = 1)
);
create index challenge_completions_by_challenge on challenge_completions (challenge);

-- A voucher that was won has no price.
alter table redemptions drop constraint redemptions_price_check;
alter table redemptions add constraint redemptions_price_check check (price >= 0);

alter table moments drop constraint moments_kind_check;
alter table moments add constraint moments_kind_check check (kind ~ '^[a-z_]{1,20}$');

-- How far members are in a round, out of the stored history: `rounds` says of whom, from which day and until which, both included.
create function challenge_values(plan jsonb, reading text, zone text, members uuid[], froms date[], untils date[])
returns table (member_id uuid, from_day date, value bigint) language sql stable as $$
    with rounds as (
        select * from unnest(members, froms, untils) as t (member_id, from_day, until_day)
    ), counted as (
        select r.member_id, r.from_day, t.dimension,
            case when plan -> 'what' -> 'max' is not null then max(t.value) else sum(t.value) end as value
        from told(plan, zone, (select array_agg(distinct x.member_id) from rounds x)) t
            join rounds r on r.member_id = t.member_id and t.day between r.from_day and r.until_day
        group by r.member_id, r.from_day, t.dimension
    )
    select r.member_id, r.from_day, coalesce(
        case when reading = 'values' then count(*) filter (where c.value > 0)
            when reading = 'best' or plan -> 'what' -> 'max' is not null then max(c.value) else sum(c.value) end, 0)::bigint
    from rounds r left join counted c using (member_id, from_day)
    group by r.member_id, r.from_day
$$;

-- Earning rules as data: one row for each version, which never changes once it is live, so that a trace can name it for ever.
create table rule_campaigns (
    campaign_no integer primary key check (campaign_no > 0),
    campaign text not null check (campaign ~ '^[a-z0-9-]{1,60}$'),
    version integer not null check (version > 0),
    -- Name, schedule, audience, budget, stacking: see domain/earning/rule.rs.
    settings jsonb not null,
    -- Null: a draft.
    live_from timestamptz,
    live_until timestamptz,
    created_at timestamptz not null default now(),
    unique (campaign, version),
    constraint rule_campaign_interval check (live_until is null or live_until >= live_from)
);

create table rules (
    rule_no integer primary key check (rule_no > 0),
    rule text not null check (rule ~ '^[a-z0-9-]{1,60}$'),
    version integer not null check (version > 0),
    campaign_no integer references rule_campaigns,
    -- Trigger, conditions, effect, limits: see domain/earning/rule.rs.
    definition jsonb not null,
    -- Null: a draft.
    live_from timestamptz,
    live_until timestamptz,
    created_at timestamptz not null default now(),
    unique (rule, version),
    constraint rule_interval check (live_until is null or live_until >= live_from)
);

-- What was live has decided about points: only its end may still be set.
create function refuse_rule_change() returns trigger language plpgsql as $$
begin
    if old.live_from is not null and (tg_op = 'DELETE'
        or to_jsonb(new) - 'live_until' is distinct from to_jsonb(old) - 'live_until') then
        raise exception 'a version that was live is immutable; make a new version' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end $$;
create trigger rules_are_immutable before update or delete on rules
    for each row execute function refuse_rule_change();
create trigger rule_campaigns_are_immutable before update or delete on rule_campaigns
    for each row execute function refuse_rule_change();

-- What was there: a rate for money, and multipliers between two instants.
insert into rules (rule_no, rule, version, definition, live_from, live_until)
select row_number() over (order by earning_rule_id, version), earning_rule_id, version,
    jsonb_build_object('name', left(name, 80), 'effect',
        jsonb_build_object('type', 'per_money', 'points', points_per_unit)), live_from, live_until
from earning_rules where points_per_unit > 0;

insert into rule_campaigns (campaign_no, campaign, version, settings, live_from)
select row_number() over (order by campaign_id, version), campaign_id, version,
    jsonb_build_object('name', left(name, 80), 'schedule', jsonb_build_object(
        'from', to_char(starts_at at time zone (select time_zone from programs), 'YYYY-MM-DD"T"HH24:MI:SS'),
        'until', to_char(ends_at at time zone (select time_zone from programs), 'YYYY-MM-DD"T"HH24:MI:SS'))),
    '1900-01-01T00:00:00Z'
from campaigns where percent > 100;

insert into rules (rule_no, rule, version, campaign_no, definition, live_from)
select (select coalesce(max(rule_no), 0) from rules) + c.campaign_no, left(c.campaign, 55) || '-rule', c.version, c.campaign_no,
    jsonb_build_object('name', left(o.name, 80), 'effect',
        jsonb_build_object('type', 'multiplier', 'percent', o.percent)), '1900-01-01T00:00:00Z'
from rule_campaigns c join campaigns o on o.campaign_id = c.campaign and o.version = c.version;

drop table earning_rules, campaigns;

-- What campaigns with a budget have given, in millionths of a point. A row for each of a few slots, so that batches that
-- commit at the same time need not wait for one another: the sum is what counts.
create table campaign_spending (
    budget text not null check (length(budget) <= 70),
    slot smallint not null check (slot between 0 and 15),
    micro bigint not null,
    primary key (budget, slot)
);

-- Segments: words that staff or other programs give members.
create table member_tags (
    member_id uuid not null,
    tag text not null check (tag ~ '^[a-z0-9_-]{1,40}$'),
    given_at timestamptz not null,
    primary key (member_id, tag)
);
create index member_tags_by_tag on member_tags (tag);

-- How points are rounded, and a number that changes whenever anything does that decides about points: servers keep the
-- rulebook in memory and look at this number only.
create table rulebook (
    rulebook_id boolean primary key default true check (rulebook_id),
    rounding text not null default 'half_up' check (rounding in ('half_up', 'down', 'up')),
    edition bigint not null default 1
);
insert into rulebook default values;

create function begin_new_edition() returns trigger language plpgsql as $$
begin
    update rulebook set edition = edition + 1;
    return null;
end $$;
create trigger edition after insert or update or delete or truncate on rules
    for each statement execute function begin_new_edition();
create trigger edition after insert or update or delete or truncate on rule_campaigns
    for each statement execute function begin_new_edition();
create trigger edition after insert or update or delete or truncate on tiers
    for each statement execute function begin_new_edition();
create trigger edition after insert or update or delete or truncate on badges
    for each statement execute function begin_new_edition();
create function begin_new_edition_of_rounding() returns trigger language plpgsql as $$
begin
    new.edition := greatest(new.edition, old.edition + 1);
    return new;
end $$;
create trigger edition before update on rulebook for each row execute function begin_new_edition_of_rounding();

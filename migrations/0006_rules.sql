-- Rules are data, versioned and immutable once live: an entry's trace names the version that made it.
create table earning_rules (
    earning_rule_id text not null check (earning_rule_id ~ '^[a-z0-9-]{1,60}$'),
    version integer not null check (version > 0),
    name text not null check (length(name) between 1 and 120),
    -- Points per whole unit of the program's currency.
    points_per_unit bigint not null check (points_per_unit between 0 and 100000),
    live_from timestamptz not null,
    live_until timestamptz,
    primary key (earning_rule_id, version),
    constraint earning_rule_interval check (live_until is null or live_until > live_from)
);

-- A campaign multiplies between two instants (half-open).
create table campaigns (
    campaign_id text not null check (campaign_id ~ '^[a-z0-9-]{1,60}$'),
    version integer not null check (version > 0),
    name text not null check (length(name) between 1 and 120),
    -- 200 means double points.
    percent integer not null check (percent between 100 and 1000),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    primary key (campaign_id, version),
    constraint campaign_interval check (ends_at > starts_at)
);

create table tiers (
    tier text primary key check (tier ~ '^[a-z0-9-]{1,40}$'),
    name text not null check (length(name) between 1 and 40),
    -- 1 is where everybody starts.
    rank smallint not null unique check (rank between 1 and 9),
    -- Points earned in the last 12 months.
    threshold bigint not null check (threshold >= 0),
    -- 125 means a quarter more points.
    earn_percent integer not null check (earn_percent between 100 and 1000),
    benefits text not null default '' check (length(benefits) <= 300)
);

-- How a member moved between tiers, with the reason in words.
create table tier_changes (
    member_id uuid not null,
    changed_at timestamptz not null,
    from_tier text not null,
    to_tier text not null,
    reason text not null,
    primary key (member_id, changed_at, to_tier)
);

create table badges (
    badge text primary key check (badge ~ '^[a-z0-9-]{1,60}$'),
    version integer not null check (version > 0),
    name text not null check (length(name) between 1 and 60),
    description text not null check (length(description) between 1 and 200),
    glyph text not null check (length(glyph) <= 40),
    position smallint not null default 0,
    -- What is counted, where, and the thresholds of the levels: see domain/badge.rs.
    rule jsonb not null,
    live boolean not null default true
);

-- What badges, tiers, streaks and caps read. Empty period: lifetime; 2026-11: a month; 2026-11-21: a day, in the program's zone.
create table counters (
    member_id uuid not null,
    metric text not null,
    dimension text not null default '',
    period text not null default '',
    value bigint not null check (value >= 0),
    primary key (member_id, metric, dimension, period)
);

create table awards (
    member_id uuid not null,
    badge text not null,
    level text not null check (level in ('bronze', 'silver', 'gold')),
    -- For badges that repeat; empty: once for ever.
    period text not null default '',
    awarded_at timestamptz not null,
    recorded_at timestamptz not null,
    -- Shown to the member once; awards from imported history are never celebrated.
    celebrated_at timestamptz,
    primary key (member_id, badge, level, period)
);
create index awards_by_badge on awards (badge, level);

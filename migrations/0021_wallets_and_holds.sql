-- Several wallets, each of one unit with a policy of its own for how long its points last; holds set points aside; staff
-- can freeze a wallet, and a large adjustment needs a second person.

-- What kinds of wallets members have: reference data.
create table wallet_kinds (
    wallet text primary key check (wallet ~ '^[a-z][a-z0-9_-]{0,29}$'),
    name text not null check (length(name) between 1 and 60),
    -- One and many of its unit: star, stars.
    unit_one text not null check (length(unit_one) between 1 and 30),
    unit_many text not null check (length(unit_many) between 1 and 30),
    -- What can't be spent only counts.
    spendable boolean not null,
    expiry text not null check (expiry in ('never', 'months', 'end_of_month', 'calendar_year', 'inactivity')),
    -- Months, or years of a calendar year.
    expiry_span smallint not null check (expiry_span between 0 and 120),
    constraint expiry_spans_some_time check (expiry_span > 0 or expiry not in ('months', 'inactivity')),
    constraint expiry_spans_nothing check (expiry_span = 0 or expiry <> 'never')
);
insert into wallet_kinds (wallet, name, unit_one, unit_many, spendable, expiry, expiry_span)
    select 'points', 'Points', 'point', 'points', true,
        case when m is null then 'never' else 'months' end, coalesce(m, 0)
    from (select (select points_last_months from programs) as m) as program;
alter table programs drop column points_last_months;
-- An adjustment of more points than this needs a second person.
alter table programs add column adjustment_limit bigint not null default 10000 check (adjustment_limit >= 0);

-- Where points lapse by inactivity: when they will, if nothing happens before.
alter table wallets add column lapses_at timestamptz;

-- At what rate a member's points may move from one wallet to another: from_points become to_points.
create table wallet_rates (
    from_wallet text not null references wallet_kinds (wallet),
    to_wallet text not null references wallet_kinds (wallet),
    from_points bigint not null check (from_points > 0),
    to_points bigint not null check (to_points > 0),
    primary key (from_wallet, to_wallet),
    check (from_wallet <> to_wallet)
);

-- A move between two wallets of a member links the two entries that it is.
create table transfers (
    member_id uuid not null,
    transfer_id uuid not null,
    from_wallet text not null,
    from_entry_no bigint not null,
    from_points bigint not null check (from_points > 0),
    to_wallet text not null,
    to_entry_no bigint not null,
    to_points bigint not null check (to_points > 0),
    transferred_at timestamptz not null,
    primary key (member_id, transfer_id)
);

create table holds (
    member_id uuid not null,
    hold_id uuid not null,
    wallet text not null,
    points bigint not null check (points > 0),
    -- The entry that set them aside; it tells why and for which document.
    entry_no bigint not null,
    expires_at timestamptz not null,
    captured bigint not null default 0 check (captured between 0 and points),
    captured_at timestamptz,
    -- When nothing was captured: when all of it could be spent again; by itself at expires_at.
    released_at timestamptz,
    primary key (member_id, hold_id),
    constraint hold_ends_once check (captured_at is null or released_at is null),
    constraint hold_captures_something check ((captured > 0) = (captured_at is not null))
);
create index holds_that_stand on holds (member_id, wallet) where captured_at is null and released_at is null;

-- Whose points a hold set aside, as long as it stands and after.
create table hold_allocations (
    member_id uuid not null,
    hold_id uuid not null,
    lot_no bigint not null,
    points bigint not null check (points > 0),
    primary key (member_id, hold_id, lot_no)
);

create table wallet_freezes (
    member_id uuid not null,
    freeze_id uuid not null,
    wallet text not null,
    frozen_at timestamptz not null,
    frozen_by text not null,
    reason text not null check (length(reason) between 1 and 300),
    thawed_at timestamptz,
    primary key (member_id, freeze_id)
);
create unique index wallet_frozen_once on wallet_freezes (member_id, wallet) where thawed_at is null;

create table adjustment_requests (
    member_id uuid not null,
    adjustment_request_id uuid not null,
    wallet text not null,
    points bigint not null check (points <> 0),
    reason text not null check (length(reason) between 1 and 300),
    requested_by uuid not null,
    requested_by_name text not null,
    requested_at timestamptz not null,
    decided_by uuid,
    decided_by_name text,
    decided_at timestamptz,
    approved boolean,
    primary key (member_id, adjustment_request_id),
    constraint decided_by_another check (decided_by <> requested_by),
    constraint decided_whole check ((decided_at is null) = (approved is null) and (decided_at is null) = (decided_by is null))
);
create index adjustment_requests_open on adjustment_requests (requested_at) where decided_at is null;

-- One program per deployment: its name, time zone, currency and the word for a point, because every boundary and sum depends on them.
create table programs (
    program_id boolean primary key default true check (program_id),
    name text not null check (length(name) between 1 and 80),
    tagline text not null default '' check (length(tagline) <= 160),
    address text not null default '' check (length(address) <= 160),
    time_zone text not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    currency_digits smallint not null check (currency_digits between 0 and 3),
    -- Points last this many months from activation; null: for ever.
    points_last_months smallint check (points_last_months between 1 and 120),
    -- Days until points can be spent (the time for returns); 0: at once.
    pending_days smallint not null default 0 check (pending_days between 0 and 366),
    welcome_points bigint not null default 0 check (welcome_points between 0 and 1000000),
    is_demo boolean not null default false,
    created_at timestamptz not null
);

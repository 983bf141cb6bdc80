-- Rewards are redeemed for points. Stock is a row of its own, taken with one conditional update, so it is never oversold.
create table rewards (
    reward_id uuid primary key,
    name text not null check (length(name) between 1 and 80),
    description text not null default '' check (length(description) <= 300),
    category text not null check (category in ('drink', 'food', 'thing', 'event', 'good')),
    picture text not null check (length(picture) <= 40),
    price bigint not null check (price between 1 and 100000000),
    limit_per_member integer check (limit_per_member between 1 and 10000),
    minimum_tier text references tiers,
    voucher_days smallint not null default 30 check (voucher_days between 1 and 3660),
    version integer not null default 1 check (version > 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- Null: a draft that only staff see.
    published_at timestamptz,
    withdrawn_at timestamptz
);

create table reward_stock (
    reward_id uuid not null references rewards,
    slot smallint not null default 0,
    capacity bigint not null check (capacity >= 0),
    remaining bigint not null,
    primary key (reward_id, slot),
    constraint stock_within_capacity check (remaining >= 0 and remaining <= capacity)
);

create table redemptions (
    member_id uuid not null,
    redemption_id uuid not null,
    reward_id uuid not null,
    reward_name text not null,
    picture text not null,
    price bigint not null check (price > 0),
    entry_no bigint not null,
    -- Whether a unit of stock was taken, so that a cancellation gives it back.
    took_stock boolean not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text check (length(cancel_reason) <= 300),
    primary key (member_id, redemption_id),
    constraint redemption_used_or_cancelled check (used_at is null or cancelled_at is null)
);
create index redemptions_by_reward on redemptions (reward_id, issued_at);

create table voucher_codes (
    code text primary key check (length(code) between 6 and 40),
    member_id uuid not null,
    redemption_id uuid not null
);
create unique index voucher_codes_by_redemption on voucher_codes (member_id, redemption_id);

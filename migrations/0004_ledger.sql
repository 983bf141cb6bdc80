-- The ledger: a wallet is the only row locked per member, an entry is for ever, a lot says what remains of one accrual.

-- One effect per document id, for ever: the key is sha256(source, id), the request's hash tells a repeat from a clash.
create table documents (
    document_key bytea primary key check (length(document_key) = 32),
    request_hash bytea not null check (length(request_hash) = 32),
    member_id uuid not null,
    kind text not null check (kind in ('purchase', 'activity', 'redemption', 'adjustment', 'cancellation', 'welcome')),
    recorded_at timestamptz not null
);

create table wallets (
    member_id uuid not null,
    wallet text not null default 'points',
    available bigint not null default 0,
    held bigint not null default 0,
    pending bigint not null default 0,
    debt bigint not null default 0,
    -- Sum of all accruals less what was reversed: what boards and tiers call earned.
    earned bigint not null default 0,
    -- How many entries there are; the newest has this number.
    version bigint not null default 0 check (version >= 0),
    last_hash bytea not null default '\x' check (length(last_hash) in (0, 32)),
    last_recorded_at timestamptz not null,
    -- The next instant at which a lot activates or expires.
    next_due timestamptz,
    primary key (member_id, wallet),
    constraint wallet_available_not_negative check (available >= 0),
    constraint wallet_held_not_negative check (held >= 0),
    constraint wallet_pending_not_negative check (pending >= 0),
    constraint wallet_debt_not_negative check (debt >= 0)
);
create index wallets_due on wallets (next_due) where next_due is not null;

create table ledger_entries (
    member_id uuid not null,
    wallet text not null default 'points',
    entry_no bigint not null check (entry_no > 0),
    kind text not null check (kind in ('accrual', 'activation', 'redemption', 'expiration', 'reversal', 'adjustment', 'transfer', 'forfeiture')),
    available_delta bigint not null,
    held_delta bigint not null,
    pending_delta bigint not null,
    debt_delta bigint not null,
    available bigint not null check (available >= 0),
    held bigint not null check (held >= 0),
    pending bigint not null check (pending >= 0),
    debt bigint not null check (debt >= 0),
    -- The other side: where points came from or went to. A column in place of a hot row.
    contra text not null check (contra in ('issued', 'spent', 'expired', 'adjusted', 'own')),
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    document_key bytea,
    reason text check (length(reason) <= 300),
    trace jsonb,
    hash bytea not null check (length(hash) = 32),
    primary key (member_id, wallet, entry_no)
);

-- An entry is never changed: a correction is a new entry.
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
    raise exception 'ledger entries are immutable; write a correcting entry' using errcode = 'restrict_violation';
end $$;
create trigger ledger_is_immutable before update or delete on ledger_entries
    for each row execute function refuse_ledger_change();
create trigger ledger_is_never_truncated before truncate on ledger_entries
    for each statement execute function refuse_ledger_change();

create table lots (
    member_id uuid not null,
    wallet text not null default 'points',
    -- The number of the accrual's entry.
    lot_no bigint not null,
    amount bigint not null check (amount > 0),
    remaining bigint not null,
    held bigint not null default 0 check (held >= 0),
    activates_at timestamptz not null,
    activated boolean not null,
    expires_at timestamptz,
    primary key (member_id, wallet, lot_no),
    constraint lot_remaining_within_amount check (remaining >= 0 and remaining + held <= amount)
);
create index lots_with_points on lots (member_id, wallet, expires_at) where remaining > 0;

-- Which lots a spend used.
create table lot_allocations (
    member_id uuid not null,
    wallet text not null default 'points',
    entry_no bigint not null,
    lot_no bigint not null,
    points bigint not null check (points > 0),
    primary key (member_id, wallet, entry_no, lot_no)
);

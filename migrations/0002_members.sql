-- A member is a number and a card; what is personal stands apart, so that it can be erased without touching the ledger.
create table members (
    member_id uuid primary key,
    joined_at timestamptz not null,
    -- The name that boards show unless the member chose their own.
    pseudonym text not null check (length(pseudonym) between 1 and 40),
    -- Listed on leaderboards; a member may leave them at any time.
    listed boolean not null default true
);

create table member_profiles (
    member_id uuid primary key references members on delete cascade,
    display_name text not null check (length(display_name) between 1 and 80),
    birth_date date,
    -- Show the display name on boards in place of the pseudonym.
    named_on_boards boolean not null default false,
    updated_at timestamptz not null
);

-- What must be unique across all members has a table of its own, keyed by itself.
create table cards (
    card_no text primary key check (card_no ~ '^[0-9]{9}$'),
    member_id uuid not null,
    issued_at timestamptz not null
);
create index cards_by_member on cards (member_id);

create table external_ids (
    external_id text primary key check (length(external_id) between 1 and 120),
    member_id uuid not null
);
create index external_ids_by_member on external_ids (member_id);

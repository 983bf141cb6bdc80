-- What came back: a return takes points with the rules of the purchase's day and names the lines, so that what is left can be told.
create table returns (
    member_id uuid not null,
    return_id uuid not null,
    purchase_id uuid not null,
    source text not null check (length(source) between 1 and 60),
    document_id text not null check (length(document_id) between 1 and 200),
    returned_at timestamptz not null,
    received_at timestamptz not null,
    amount bigint not null check (amount >= 0),
    quantity bigint not null check (quantity >= 0),
    -- What the purchase earns less because of this return.
    points bigint not null check (points >= 0),
    -- How much of that was spent already and is owed.
    debt bigint not null check (debt between 0 and points),
    -- The reversal in the ledger.
    entry_no bigint not null,
    primary key (member_id, return_id)
);
create index returns_by_purchase on returns (member_id, purchase_id);

create table return_lines (
    member_id uuid not null,
    return_id uuid not null,
    -- 0: a purchase without lines.
    line_no smallint not null check (line_no >= 0),
    quantity bigint not null check (quantity >= 0),
    amount bigint not null check (amount >= 0),
    primary key (member_id, return_id, line_no)
);

-- Returns that came before their purchase wait here until it comes.
create table parked_returns (
    document_key bytea primary key check (length(document_key) = 32),
    purchase_key bytea not null check (length(purchase_key) = 32),
    body jsonb not null,
    received_at timestamptz not null
);
create index parked_returns_by_purchase on parked_returns (purchase_key);

-- A return may be told to the boards before its purchase is: for that moment a score is below nothing, and nobody sees it.
alter table leaderboard_scores drop constraint leaderboard_scores_score_check;

-- Which events there are is told by server/events.rs; each wing adds its own.
alter table outbox drop constraint outbox_kind_check;
alter table outbox add constraint outbox_kind_check check (kind ~ '^[a-z_]{1,40}$');

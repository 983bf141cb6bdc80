-- Who may sign in: members and staff are different callers, so an account is one or the other and never both.
create table accounts (
    account_id uuid primary key,
    member_id uuid unique,
    -- Null for members.
    staff_name text check (length(staff_name) between 1 and 80),
    -- Null until a password was chosen through a link.
    password_hash text,
    created_at timestamptz not null,
    disabled_at timestamptz,
    constraint account_is_member_or_staff check ((member_id is null) <> (staff_name is null))
);

create table account_emails (
    -- Lower case, as compared.
    email text primary key check (email = lower(email) and length(email) <= 254),
    account_id uuid not null references accounts on delete cascade
);
create index account_emails_by_account on account_emails (account_id);

-- One-time links (password reset, first staff sign-in). Only the hash of the token is kept.
create table account_links (
    token_hash bytea primary key,
    account_id uuid not null references accounts on delete cascade,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index account_links_by_account on account_links (account_id);

create table sessions (
    session_id text primary key,
    account_id uuid references accounts on delete cascade,
    data jsonb not null,
    expires_at timestamptz not null
);
create index sessions_by_expiry on sessions (expires_at);
create index sessions_by_account on sessions (account_id);

-- Limits on attempts, per address and per account, shared by every server.
create table attempt_limits (
    bucket text primary key check (length(bucket) <= 200),
    attempts integer not null check (attempts >= 0),
    resets_at timestamptz not null
);

-- Keys of tills, shops and scripts. Only the hash of a key is kept; who holds one speaks for its source, as far as its scopes go.
create table api_keys (
    api_key_id uuid primary key,
    -- sha256 of the key.
    key_hash bytea not null unique check (length(key_hash) = 32),
    -- How the key begins, so that people can tell keys apart.
    prefix text not null check (length(prefix) between 8 and 20),
    -- The name space of its document ids.
    source text not null check (length(source) between 1 and 60),
    scopes text[] not null check (cardinality(scopes) between 1 and 20),
    -- Calls in a minute, over all servers.
    per_minute integer not null check (per_minute between 1 and 10000000),
    made_by text not null,
    made_at timestamptz not null,
    -- To ten minutes or so.
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_by text,
    constraint api_key_revoked_by_somebody check ((revoked_at is null) = (revoked_by is null))
);

-- What members did besides buying, as its source said it: rules may be run over it again.
create table activities (
    member_id uuid not null,
    activity_id uuid not null,
    source text not null check (length(source) between 1 and 60),
    document_id text not null check (length(document_id) between 1 and 200),
    kind text not null check (kind ~ '^[a-z0-9_-]{1,40}$'),
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    attributes jsonb not null default '{}',
    points bigint not null check (points >= 0),
    primary key (member_id, activity_id)
);

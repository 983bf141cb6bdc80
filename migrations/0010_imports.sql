-- An import is a document of its own: what was read, what landed, and each row that did not, with its line and reason.
create table imports (
    import_id uuid primary key,
    file_name text not null check (length(file_name) <= 300),
    source text not null check (length(source) between 1 and 60),
    mapping jsonb not null,
    dry_run boolean not null,
    state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
    bytes_total bigint,
    bytes_read bigint not null default 0,
    rows_read bigint not null default 0,
    purchases_new bigint not null default 0,
    purchases_known bigint not null default 0,
    rows_rejected bigint not null default 0,
    points_earned bigint not null default 0,
    failure text check (length(failure) <= 1000),
    started_by text not null check (length(started_by) <= 120),
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz
);

create table import_rejects (
    import_id uuid not null references imports on delete cascade,
    line_no bigint not null,
    reason text not null check (length(reason) <= 300),
    row_text text not null check (length(row_text) <= 2000),
    primary key (import_id, line_no)
);

-- A draft of the rules is kept until it is made live or thrown away, so that it can be shown to others, tried on a basket and
-- run over the history before it counts.
create table rule_drafts (
    rule_draft_id uuid primary key,
    title text not null check (length(title) between 1 and 200),
    -- Rules, campaigns and what is left out: see domain/replay.rs.
    draft jsonb not null,
    saved_at timestamptz not null,
    saved_by text not null
);

-- The run of a draft over the stored history: asked for, followed, and its report.
create table rule_replays (
    rule_draft_id uuid primary key references rule_drafts on delete cascade,
    asked_at timestamptz not null,
    -- Told by the server that runs it, every second or so; one that falls silent has died, and another begins anew.
    alive_at timestamptz,
    members_done bigint not null default 0 check (members_done >= 0),
    members_total bigint not null default 0 check (members_total >= 0),
    finished_at timestamptz,
    report jsonb,
    failure text check (length(failure) <= 1000),
    constraint rule_replay_ends_with_something check ((finished_at is null) = (report is null and failure is null))
);
create index rule_replays_to_run on rule_replays (asked_at) where finished_at is null;

-- What a member should hear of, in the words of its day: told once on whatever page is open, and kept in an inbox.
create table moments (
    member_id uuid not null,
    -- In the order in which they came.
    moment_id uuid not null,
    kind text not null check (kind in ('badge', 'tier')),
    heading text not null check (length(heading) between 1 and 200),
    words text not null check (length(words) <= 1000),
    -- The medal beside it.
    glyph text not null check (length(glyph) <= 40),
    metal text not null check (metal in ('bronze', 'silver', 'gold')),
    happened_at timestamptz not null,
    -- Null: not told yet.
    told_at timestamptz,
    -- Null: new in the inbox.
    read_at timestamptz,
    primary key (member_id, moment_id)
);
create index moments_untold on moments (member_id) where told_at is null;
create index moments_unread on moments (member_id) where read_at is null;

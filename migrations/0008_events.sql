-- What happened, written in the transaction that caused it; the dispatcher takes events in batches and feeds the projections.
create table outbox (
    event_id uuid primary key,
    kind text not null check (kind in ('points_earned', 'badge_awarded', 'tier_changed', 'reward_redeemed', 'points_adjusted')),
    member_id uuid not null,
    points bigint not null default 0,
    effective_at timestamptz not null,
    body jsonb,
    created_at timestamptz not null
);

create table leaderboards (
    leaderboard text primary key check (leaderboard ~ '^[a-z0-9-]{1,40}$'),
    name text not null,
    -- Everything that happened before this instant is on the board.
    applied_at timestamptz not null
);

-- period: 2026-11 or all.
create table leaderboard_scores (
    leaderboard text not null references leaderboards,
    period text not null,
    member_id uuid not null,
    score bigint not null check (score >= 0),
    reached_at timestamptz not null,
    primary key (leaderboard, period, member_id)
);
create index leaderboard_order on leaderboard_scores (leaderboard, period, score desc, reached_at, member_id);
create index leaderboard_scores_by_member on leaderboard_scores (member_id);

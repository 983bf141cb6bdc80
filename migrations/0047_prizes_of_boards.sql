-- The first of a board win points, a badge or a voucher, and it is written down what each won, also where a voucher could not be given.
alter table leaderboard_prizes
    alter column points drop not null,
    add column badge text,
    add column level text check (level in ('bronze', 'silver', 'gold')),
    add column reward_id uuid,
    add constraint prize_is_one_thing check (num_nonnulls(points, badge, reward_id) = 1 and (badge is null) = (level is null));
alter table leaderboard_winnings
    alter column points drop not null,
    add column badge text,
    add column level text check (level in ('bronze', 'silver', 'gold')),
    add column reward_id uuid,
    -- Why there was no voucher.
    add column missed text check (missed is null or (length(missed) <= 300 and reward_id is not null)),
    add constraint winning_is_one_thing check (num_nonnulls(points, badge, reward_id) = 1 and (badge is null) = (level is null));

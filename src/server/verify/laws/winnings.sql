with won as (
    select w.*, format('%s/%s/%s', w.leaderboard, w.period, w.member_id) as document_id
    from leaderboard_winnings w
), keyed as (
    select won.*, sha256(int8send(11) || convert_to('leaderboard' || document_id, 'UTF8')) as document_key
    from won
), given as (
    select k.*, d.document_key is not null as is_claimed, r.redemption_id,
        a.awarded_at is not null or b.kept is distinct from true as has_badge,
        (select count(*) from ledger_entries e
         where e.member_id = k.member_id and e.wallet = 'points' and e.kind = 'adjustment'
             and e.document_key = k.document_key) as entries,
        (select sum(e.available_delta + e.pending_delta - e.debt_delta) from ledger_entries e
         where e.member_id = k.member_id and e.wallet = 'points' and e.kind = 'adjustment'
             and e.document_key = k.document_key) as gave
    from keyed k
        left join documents d on d.document_key = substr(k.document_key, 1, 16) and d.member_id = k.member_id
            and d.kind = 'adjustment'
        left join awards a on (a.member_id, a.badge, a.level, a.period) = (k.member_id, k.badge, k.level, '')
        -- A badge that was changed to be taken back may be gone from whoever won it.
        left join lateral (
            select coalesce(rule ->> 'revoke', 'never') = 'never' as kept from badges
            where badge = k.badge order by version desc limit 1
        ) b on true
        left join redemptions r on r.member_id = k.member_id and r.reward_id = k.reward_id
            and (r.source, r.document_id) = ('leaderboard', k.document_id)
)
select format('board %s period %s member %s', leaderboard, period, member_id) as "subject!",
    case when points is not null then format('a document and one entry of %s points', points)
        when badge is not null then format('a document and the badge %s in %s', badge, level)
        when missed is not null then 'a document and no voucher'
        else 'a document and a voucher' end as "expected!",
    concat_ws(', ', case when is_claimed then 'a document' else 'no document' end,
        case when points is not null then format('%s entries of %s points', entries, coalesce(gave, 0))
            when badge is not null then case when has_badge then 'the badge' else 'no badge' end
            else case when redemption_id is null then 'no voucher' else 'a voucher' end end) as "found!"
from given
where not is_claimed or (points is not null and (entries <> 1 or gave <> points))
    or (badge is not null and not has_badge)
    or (reward_id is not null and (redemption_id is null) = (missed is null))
union all
-- A period closes in the transaction that gives its prizes, which lasts minutes at most.
select format('member %s', d.member_id), format('what was won in %s of %s', p.period, p.leaderboard),
    'a document of a prize that nobody won'
from documents d
    join leaderboard_periods p on d.recorded_at >= p.closed_at and d.recorded_at < p.closed_at + interval '10 min'
where d.kind = 'adjustment'
    and d.document_key = substr(sha256(int8send(11)
        || convert_to(format('leaderboard%s/%s/%s', p.leaderboard, p.period, d.member_id), 'UTF8')), 1, 16)
    and not exists (select from leaderboard_winnings w
        where (w.leaderboard, w.period, w.member_id) = (p.leaderboard, p.period, d.member_id))

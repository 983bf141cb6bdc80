-- Names of the member $1 in what others wrote: those that $2 finds anywhere, and in what was written of the member those that $3 finds, which
-- looks for each word of the name. Why a birthday was corrected may tell the day, in whatever words.
with log as (
    update audit_events set reason = case when action = 'member.birthday' then '…' else regexp_replace(reason, $3, '…', 'gi') end,
        old = case when action in ('member.tag', 'member.untag') then null
            else regexp_replace(old::text, $3, '…', 'gi')::jsonb end,
        new = case when action in ('member.tag', 'member.untag') then null
            else regexp_replace(new::text, $3, '…', 'gi')::jsonb end
    where subject like '%' || $1::uuid || '%'
), freezes as (
    update wallet_freezes set reason = regexp_replace(reason, $3, '…', 'gi') where member_id = $1
), requests as (
    update adjustment_requests set reason = regexp_replace(reason, $3, '…', 'gi') where member_id = $1
), cancelled as (
    update redemptions set cancel_reason = regexp_replace(cancel_reason, $3, '…', 'gi')
    where member_id = $1 and cancel_reason is not null
), waiting as (
    update outbox set body = regexp_replace(body::text, $3, '…', 'gi')::jsonb where member_id = $1 and body is not null
), replays as (
    update rule_replays set report = regexp_replace(report::text, $2, '…', 'gi')::jsonb where report::text ~* $2
)
update import_rejects set row_text = '', reason = regexp_replace(reason, $2, '…', 'gi') where row_text ~* $2 or reason ~* $2

-- Names of the member $1, which the pattern $2 finds, in what others wrote.
with log as (
    update audit_events set reason = regexp_replace(reason, $2, '…', 'gi'),
        old = case when action in ('member.tag', 'member.untag') then null
            else regexp_replace(old::text, $2, '…', 'gi')::jsonb end,
        new = case when action in ('member.tag', 'member.untag') then null
            else regexp_replace(new::text, $2, '…', 'gi')::jsonb end
    where subject like '%' || $1::uuid || '%'
), freezes as (
    update wallet_freezes set reason = regexp_replace(reason, $2, '…', 'gi') where member_id = $1
), requests as (
    update adjustment_requests set reason = regexp_replace(reason, $2, '…', 'gi') where member_id = $1
), cancelled as (
    update redemptions set cancel_reason = regexp_replace(cancel_reason, $2, '…', 'gi')
    where member_id = $1 and cancel_reason is not null
), waiting as (
    update outbox set body = regexp_replace(body::text, $2, '…', 'gi')::jsonb where member_id = $1 and body is not null
), replays as (
    update rule_replays set report = regexp_replace(report::text, $2, '…', 'gi')::jsonb where report::text ~* $2
)
update import_rejects set row_text = '', reason = regexp_replace(reason, $2, '…', 'gi') where row_text ~* $2 or reason ~* $2

with dues as (
    select member_id, wallet, case when activated then expires_at else activates_at end as at from lots where remaining > 0
    union all
    select member_id, wallet, expires_at from holds where captured_at is null and released_at is null
    union all
    select w.member_id, w.wallet, w.lapses_at from wallets w join wallet_kinds k using (wallet)
    where k.expiry = 'inactivity' and w.available > 0
), first as (
    select member_id, wallet, min(at) as at from dues where at is not null group by member_id, wallet
)
select 'member ' || w.member_id as "subject!", format('looked at by %s', f.at) as "expected!",
    coalesce('looked at ' || w.next_due, 'never looked at') as "found!"
from first f join wallets w using (member_id, wallet) where w.next_due is null or w.next_due > f.at

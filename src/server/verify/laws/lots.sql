with sums as (
    select member_id, wallet, sum(remaining) filter (where activated) as available,
        sum(remaining) filter (where not activated) as pending, sum(held) as held
    from lots group by member_id, wallet
)
select 'member ' || w.member_id as "subject!",
    format('lots: available %s pending %s held %s', coalesce(s.available, 0), coalesce(s.pending, 0), coalesce(s.held, 0)) as "expected!",
    format('wallet: available %s pending %s held %s', w.available, w.pending, w.held) as "found!"
from wallets w left join sums s using (member_id, wallet)
where (w.available, w.pending, w.held) is distinct from (coalesce(s.available, 0), coalesce(s.pending, 0), coalesce(s.held, 0))

-- Two levels of digests, so that no string grows with the number of members beyond what Postgres can hold.
with heads as (
    select member_id, wallet, version as entry_no, last_hash as hash from wallets
    where version > 0 and last_recorded_at < $1
    union all
    select w.member_id, w.wallet, e.entry_no, e.hash
    from wallets w cross join lateral (
        select e.entry_no, e.hash from ledger_entries e
        where e.member_id = w.member_id and e.wallet = w.wallet and e.recorded_at < $1 order by e.entry_no desc limit 1
    ) as e
    where w.last_recorded_at >= $1
), buckets as (
    select get_byte(uuid_send(member_id), 15) as bucket, count(*) as wallets, sum(entry_no) as entries,
        sha256(string_agg(uuid_send(member_id) || convert_to(wallet, 'UTF8') || int8send(entry_no) || hash, ''::bytea
            order by member_id, wallet)) as digest
    from heads group by 1
)
select coalesce(sum(wallets), 0)::bigint as "wallets!", coalesce(sum(entries), 0)::bigint as "entries!",
    sha256(coalesce(string_agg(digest, ''::bytea order by bucket), ''::bytea)) as "root!"
from buckets

-- The same root as anchors have, from the journal alone.
with heads as (
    select distinct on (member_id, wallet) member_id, wallet, entry_no, hash from ledger_entries
    where recorded_at < $1 order by member_id, wallet, entry_no desc
), buckets as (
    select get_byte(uuid_send(member_id), 15) as bucket, count(*) as wallets, sum(entry_no) as entries,
        sha256(string_agg(uuid_send(member_id) || convert_to(wallet, 'UTF8') || int8send(entry_no) || hash, ''::bytea
            order by member_id, wallet)) as digest
    from heads group by 1
)
select coalesce(sum(wallets), 0)::bigint as "wallets!", coalesce(sum(entries), 0)::bigint as "entries!",
    sha256(coalesce(string_agg(digest, ''::bytea order by bucket), ''::bytea)) as "root!"
from buckets

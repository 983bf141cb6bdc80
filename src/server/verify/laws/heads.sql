select 'member ' || w.member_id || ' wallet' as "subject!", coalesce(left(encode(e.hash, 'hex'), 16), '') as "expected!",
    left(encode(w.last_hash, 'hex'), 16) as "found!"
from wallets w left join ledger_entries e on (e.member_id, e.wallet, e.entry_no) = (w.member_id, w.wallet, w.version)
where coalesce(e.hash, '\x') <> w.last_hash

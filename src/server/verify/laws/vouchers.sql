select format('member %s redemption %s', r.member_id, r.redemption_id) as "subject!",
    format('a voucher and an entry of -%s points', r.price) as "expected!",
    format('%s, entry of %s', coalesce('voucher ' || v.code, 'no voucher'),
        coalesce(e.available_delta::text, 'nothing')) as "found!"
from redemptions r
    left join voucher_codes v using (member_id, redemption_id)
    left join ledger_entries e on (e.member_id, e.wallet, e.entry_no) = (r.member_id, 'points', r.entry_no)
where v.code is null or e.entry_no is null or e.kind <> 'redemption' or e.available_delta <> -r.price

-- Members after $1.
select m.member_id::text as "key!", jsonb_build_object(
    'id', m.member_id, 'display_name', p.display_name, 'birth_date', p.birth_date, 'joined_at', m.joined_at,
    'external_id', (select min(x.external_id) from external_ids x where x.member_id = m.member_id),
    'email', (select min(e.email) from accounts a join account_emails e using (account_id) where a.member_id = m.member_id),
    'card', (select c.card_no from cards c where c.member_id = m.member_id order by c.issued_at desc, c.card_no limit 1),
    'erased_at', (select g.erased_at from erasures g where g.member_id = m.member_id),
    'available', w.available, 'pending', w.pending, 'held', w.held, 'debt', w.debt) as "row!"
from members m left join member_profiles p using (member_id)
    left join wallets w on w.member_id = m.member_id and w.wallet = 'points'
where m.member_id > $1 order by m.member_id limit $2

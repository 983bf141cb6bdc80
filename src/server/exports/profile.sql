-- Who the member $1 is.
select jsonb_build_object(
    'id', m.member_id, 'display_name', p.display_name, 'birth_date', p.birth_date, 'joined_at', m.joined_at,
    'emails', (select coalesce(jsonb_agg(jsonb_build_object('email', e.email, 'confirmed_at', e.confirmed_at) order by e.email), '[]')
        from account_emails e join accounts a using (account_id) where a.member_id = m.member_id),
    'cards', (select coalesce(jsonb_agg(card_no order by issued_at), '[]') from cards c where c.member_id = m.member_id),
    'external_ids', (select coalesce(jsonb_agg(external_id order by external_id), '[]') from external_ids x
        where x.member_id = m.member_id),
    'segments', (select coalesce(jsonb_agg(tag order by tag), '[]') from member_tags t where t.member_id = m.member_id),
    'time_zones', (select coalesce(jsonb_agg(jsonb_build_object('zone', zone, 'since', since) order by since), '[]')
        from member_zones z where z.member_id = m.member_id),
    'leaderboards', jsonb_build_object('listed', m.listed, 'shown_as', case when p.named_on_boards then p.display_name else m.pseudonym end,
        'pseudonym', m.pseudonym),
    'wallets', (select coalesce(jsonb_agg(jsonb_build_object('wallet', wallet, 'available', available, 'pending', pending,
        'held', held, 'debt', debt, 'earned', earned) order by wallet), '[]') from wallets w where w.member_id = m.member_id)
) as "profile!"
from members m left join member_profiles p using (member_id) where m.member_id = $1

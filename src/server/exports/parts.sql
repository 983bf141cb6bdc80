-- A page of the part $2 of what is stored about the member $1, after the key $3.
with digits as (select currency_digits as n from programs)
select key as "key!", row as "row!" from (
    select 'other_wallets' as part, format('%s %s', wallet, lpad(entry_no::text, 19, '0')) as key, jsonb_build_object(
        'wallet', wallet, 'entry_no', entry_no, 'kind', kind,
        'points', available_delta + held_delta + pending_delta - debt_delta, 'available_after', available,
        'effective_at', effective_at, 'reason', reason) as row
    from ledger_entries where member_id = $1 and wallet <> 'points'
    union all
    select 'purchases', purchase_id::text, jsonb_build_object(
        'id', document_id, 'source', source, 'store', store, 'purchased_at', purchased_at, 'points', points,
        'amount', round(amount / power(10::numeric, n), n)::text,
        'lines', (select coalesce(jsonb_agg(jsonb_build_object('line', l.line_no, 'sku', l.sku, 'category', l.category,
            'quantity', l.quantity, 'amount', round(l.amount / power(10::numeric, n), n)::text) order by l.line_no), '[]')
            from purchase_lines l where l.member_id = $1 and l.purchase_id = p.purchase_id))
    from purchases p, digits where member_id = $1
    union all
    select 'returns', return_id::text, jsonb_build_object(
        'id', document_id, 'source', source, 'returned_at', returned_at, 'points_taken', points, 'points_owed', debt,
        'amount', round(amount / power(10::numeric, n), n)::text,
        'purchase', (select p.document_id from purchases p where p.member_id = $1 and p.purchase_id = r.purchase_id))
    from returns r, digits where member_id = $1
    union all
    select 'activities', activity_id::text, jsonb_build_object(
        'id', document_id, 'source', source, 'kind', kind, 'occurred_at', occurred_at, 'attributes', attributes, 'points', points)
    from activities where member_id = $1
    union all
    select 'badges', format('%s %s %s', badge, level, period), jsonb_build_object(
        'badge', badge, 'name', b.name, 'level', level, 'period', nullif(period, ''), 'awarded_at', awarded_at)
    from awards left join badges b using (badge) where member_id = $1
    union all
    select 'redemptions', r.redemption_id::text, jsonb_build_object(
        'reward', reward_name, 'points', price, 'voucher', v.code, 'issued_at', issued_at, 'expires_at', expires_at,
        'used_at', used_at, 'cancelled_at', cancelled_at, 'cancel_reason', cancel_reason)
    from redemptions r left join voucher_codes v on v.redemption_id = r.redemption_id where r.member_id = $1
    union all
    select 'challenges', format('%s 0', challenge), jsonb_build_object('challenge', challenge, 'joined_at', enrolled_at)
    from challenge_enrolments where member_id = $1
    union all
    select 'challenges', format('%s %s', challenge, lpad(round::text, 10, '0')), jsonb_build_object(
        'challenge', challenge, 'round', round, 'completed_on', completed_on, 'points', points, 'badge', badge, 'taken_back_at', revoked_at)
    from challenge_completions where member_id = $1
    union all
    select 'streak', 'days', jsonb_build_object('days', days) from streaks where member_id = $1
    union all
    select 'streak', format('%s %s', unit, lpad(periods::text, 10, '0')), jsonb_build_object(
        'milestone', periods, 'unit', unit, 'points', points, 'reached_at', reached_at)
    from streak_milestones where member_id = $1
    union all
    select 'tier_changes', changed_at::text || to_tier, jsonb_build_object(
        'changed_at', changed_at, 'from', from_tier, 'to', to_tier, 'reason', reason)
    from tier_changes where member_id = $1
    union all
    select 'prizes', format('%s %s', leaderboard, period), jsonb_build_object(
        'leaderboard', leaderboard, 'period', period, 'rank', rank, 'points', points, 'badge', badge, 'given_at', given_at)
    from leaderboard_winnings where member_id = $1
    union all
    select 'inbox', moment_id::text, jsonb_build_object('heading', heading, 'words', words, 'happened_at', happened_at, 'read_at', read_at)
    from moments where member_id = $1
) as parts where part = $2 and key > $3 order by key limit $4

-- Purchases after $2 of the member $1.
select format('%s %s', p.member_id, p.purchase_id) as "key!", jsonb_build_object(
    'id', document_id, 'source', source, 'member_id', p.member_id, 'store', store, 'purchased_at', purchased_at,
    'received_at', received_at, 'quantity', p.quantity, 'points', points,
    'amount', round(p.amount / power(10::numeric, n), n)::text,
    'lines', (select coalesce(jsonb_agg(jsonb_build_object('line', l.line_no, 'sku', l.sku, 'category', l.category,
        'quantity', l.quantity, 'amount', round(l.amount / power(10::numeric, n), n)::text) order by l.line_no), '[]')
        from purchase_lines l where l.member_id = p.member_id and l.purchase_id = p.purchase_id)) as "row!"
from purchases p, (select currency_digits as n from programs) as digits
where (p.member_id, p.purchase_id) > ($1, $2) order by p.member_id, p.purchase_id limit $3

with keyed as (
    select member_id, source, document_id, points, purchased_at,
        sha256(int8send(octet_length(source)) || convert_to(source, 'UTF8') || convert_to(document_id, 'UTF8')) as document_key
    from purchases
)
select format('purchase %s of %s', k.document_id, k.source) as "subject!",
    format('one document and an accrual of %s points', k.points) as "expected!",
    format('%s, accrual of %s', case when d.document_key is null then 'no document' else 'a document' end,
        coalesce((e.available_delta + e.pending_delta - e.debt_delta)::text, 'nothing')) as "found!"
from keyed k
    left join documents d on d.document_key = substr(k.document_key, 1, 16) and d.member_id = k.member_id and d.kind = 'purchase'
    left join ledger_entries e on e.member_id = k.member_id and e.document_key = k.document_key and e.kind = 'accrual'
where d.document_key is null or e.entry_no is null
    or e.available_delta + e.pending_delta - e.debt_delta <> k.points or e.effective_at <> k.purchased_at
union all
select 'all purchases', format('%s documents', (select count(*) from documents where kind = 'purchase')),
    format('%s purchases', (select count(*) from purchases))
where (select count(*) from documents where kind = 'purchase') <> (select count(*) from purchases)
union all
select format('return %s of %s', r.document_id, r.source), format('a document and a reversal of %s points', r.points),
    format('%s, reversal of %s', case when d.document_key is null then 'no document' else 'a document' end,
        coalesce((-(e.available_delta + e.pending_delta - e.debt_delta))::text, 'nothing'))
from returns r
    left join documents d on d.member_id = r.member_id and d.kind = 'return' and d.document_key = substr(
        sha256(int8send(octet_length(r.source)) || convert_to(r.source, 'UTF8') || convert_to(r.document_id, 'UTF8')), 1, 16)
    left join ledger_entries e on (e.member_id, e.wallet, e.entry_no) = (r.member_id, 'points', r.entry_no) and e.kind = 'reversal'
where d.document_key is null or e.entry_no is null or -(e.available_delta + e.pending_delta - e.debt_delta) <> r.points
union all
select format('purchase %s', p.document_id), 'no more returned than was bought',
    format('%s of %s returned, %s of %s points', r.amount, p.amount, r.points, p.points)
from purchases p join (select member_id, purchase_id, sum(amount) as amount, sum(points) as points from returns
    group by member_id, purchase_id) r using (member_id, purchase_id)
where r.amount > p.amount or r.points > p.points
union all
select format('return %s', r.document_id), format('lines of %s and %s things', r.amount, r.quantity),
    format('lines of %s and %s things', coalesce(l.amount, 0), coalesce(l.quantity, 0))
from returns r left join (select member_id, return_id, sum(amount) as amount, sum(quantity) as quantity from return_lines
    group by member_id, return_id) l using (member_id, return_id)
where r.amount <> coalesce(l.amount, 0) or r.quantity <> coalesce(l.quantity, 0)
union all
select format('activity %s of %s', a.document_id, a.source),
    format('one document and an accrual of %s points', a.points),
    format('%s, accrual of %s', case when d.document_key is null then 'no document' else 'a document' end,
        coalesce((e.available_delta + e.pending_delta - e.debt_delta)::text, 'nothing'))
from (select member_id, source, document_id, points, occurred_at,
        sha256(int8send(octet_length(source)) || convert_to(source, 'UTF8') || convert_to(document_id, 'UTF8')) as document_key
    from activities) a
    left join documents d on d.document_key = substr(a.document_key, 1, 16) and d.member_id = a.member_id and d.kind = 'activity'
    left join ledger_entries e on e.member_id = a.member_id and e.document_key = a.document_key and e.kind = 'accrual' and e.wallet = 'points'
where d.document_key is null or e.entry_no is null
    or e.available_delta + e.pending_delta - e.debt_delta <> a.points or e.effective_at <> a.occurred_at
union all
select 'all activities', format('%s documents', (select count(*) from documents where kind = 'activity')),
    format('%s activities', (select count(*) from activities))
where (select count(*) from documents where kind = 'activity') <> (select count(*) from activities)

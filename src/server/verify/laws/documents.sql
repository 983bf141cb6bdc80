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
    left join documents d on d.document_key = k.document_key and d.member_id = k.member_id and d.kind = 'purchase'
    left join ledger_entries e on e.member_id = k.member_id and e.document_key = k.document_key and e.kind = 'accrual'
where d.document_key is null or e.entry_no is null
    or e.available_delta + e.pending_delta - e.debt_delta <> k.points or e.effective_at <> k.purchased_at
union all
select 'all purchases', format('%s documents', (select count(*) from documents where kind = 'purchase')),
    format('%s purchases', (select count(*) from purchases))
where (select count(*) from documents where kind = 'purchase') <> (select count(*) from purchases)

-- A ledger names the document behind each entry, in the source's own words; redemptions kept only its hash. Those from before
-- stay without.
alter table redemptions
    add column source text check (length(source) between 1 and 60),
    add column document_id text check (length(document_id) between 1 and 200),
    add constraint redemption_document_has_a_source check ((source is null) = (document_id is null));

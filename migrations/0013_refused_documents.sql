-- The answer for a document id never changes, a refusal neither: what was refused is told again, whatever has changed meanwhile.
create table refused_documents (
    document_key bytea primary key references documents,
    code text not null check (length(code) <= 40),
    message text not null check (length(message) <= 1000),
    points_missing bigint
);

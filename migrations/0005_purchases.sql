-- What members bought, as their source said it: rules may be run over it again.
create table purchases (
    member_id uuid not null,
    purchase_id uuid not null,
    source text not null check (length(source) between 1 and 60),
    document_id text not null check (length(document_id) between 1 and 200),
    store text check (length(store) <= 80),
    purchased_at timestamptz not null,
    received_at timestamptz not null,
    amount bigint not null check (amount >= 0),
    quantity bigint not null check (quantity >= 0),
    points bigint not null check (points >= 0),
    primary key (member_id, purchase_id)
);
create index purchases_by_time on purchases (purchased_at);

create table purchase_lines (
    member_id uuid not null,
    purchase_id uuid not null,
    line_no smallint not null check (line_no > 0),
    sku text check (length(sku) <= 120),
    category text check (length(category) <= 120),
    quantity bigint not null check (quantity >= 0),
    amount bigint not null check (amount >= 0),
    primary key (member_id, purchase_id, line_no)
);

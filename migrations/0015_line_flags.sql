-- Lines that earn nothing say so: 1 gift card, 2 shipping, 4 tax, 8 excluded. See domain/purchase/flags.rs.
alter table purchase_lines add column flags smallint not null default 0 check (flags between 0 and 15);

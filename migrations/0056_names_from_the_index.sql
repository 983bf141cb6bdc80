-- What neighbours on a leaderboard are called is read for each row that is shown: it stands in the index by which a member is found.
alter table member_profiles drop constraint member_profiles_member_id_fkey;
alter table erasures drop constraint erasures_member_id_fkey;
alter table members drop constraint members_pkey, add constraint members_pkey primary key (member_id) include (pseudonym);
alter table member_profiles add constraint member_profiles_member_id_fkey foreign key (member_id) references members on delete cascade;
alter table erasures add constraint erasures_member_id_fkey foreign key (member_id) references members;

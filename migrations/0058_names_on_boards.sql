-- Few members are named on boards, and who is is asked for each row that is shown: an index of these alone, with the name in it.
create index member_profiles_named on member_profiles (member_id) include (display_name) where named_on_boards;

-- Everything personal of the member $1, who is called $2 from now on.
with profile as (delete from member_profiles where member_id = $1),
    plastic as (delete from cards where member_id = $1),
    outside as (delete from external_ids where member_id = $1),
    segments as (delete from member_tags where member_id = $1),
    travels as (delete from member_zones where member_id = $1),
    dates as (delete from streaks where member_id = $1),
    inbox as (delete from moments where member_id = $1),
    asked as (delete from adjustment_requests where member_id = $1 and decided_at is null),
    signing_in as (delete from accounts where member_id = $1)
update members set pseudonym = $2 where member_id = $1

-- Two members of one made-up name can't be told apart on a board: a new member's is looked up among those there are.
create index members_by_pseudonym on members (pseudonym);

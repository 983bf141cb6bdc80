-- Moments say what a member was told of, and since they do nothing reads this.
alter table awards drop column celebrated_at;

-- set_group: sets the limit of a group, all by ix_set_group.
-- $1 queue, $2 group_key, $3 concurrency, null for the queue's
SELECT ix_set_group($1::text, $2::text, $3::integer);

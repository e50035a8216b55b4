-- cut_groups: takes away the rows of groups without a limit or a pause of their own.
-- ?1 queue
DELETE FROM ix_groups WHERE queue = ?1 AND concurrency IS NULL AND paused_at IS NULL;

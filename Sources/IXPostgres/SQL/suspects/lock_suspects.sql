-- lock_suspects: locks all suspects, so that a single daemon at a time decides which suspects may run. Only daemons
-- lock these rows, and only briefly. The rows are locked in the order of their ids, so that two daemons can't
-- deadlock.
SELECT width FROM ix_suspects ORDER BY job_id FOR UPDATE;

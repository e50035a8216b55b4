-- lock_suspects: all of them, so that one daemon at a time decides how many may run. Only daemons lock these rows, for a
-- moment. In the order of their ids, so that two can't deadlock.
SELECT width FROM ix_suspects ORDER BY job_id FOR UPDATE;

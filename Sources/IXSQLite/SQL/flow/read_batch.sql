-- read_batch: returns how far a batch has come; no row for a job that is no finisher. A member whose row is gone has ended. Index: the
-- primary keys, a look for each member.
-- ?1 batch_id
SELECT f.client_id, f.status,
       CASE WHEN NOT coalesce(f.waits AND f.status = 'pending', 0) THEN 'ended' WHEN b.cancelled_at IS NOT NULL THEN 'cancelling' ELSE 'waiting' END AS result,
       b.on_failure, coalesce(b.is_open, 0) AS is_open, m.members, m.ended, m.running, m.failed
  FROM ix_jobs f LEFT JOIN ix_batches b ON b.batch_id = f.job_id AND f.waits AND f.status = 'pending',
       (SELECT count(*) AS members, count(*) FILTER (WHERE coalesce(j.status, 'done') IN ('done', 'error')) AS ended,
               count(*) FILTER (WHERE j.status = 'running') AS running, count(*) FILTER (WHERE j.status = 'error') AS failed
          FROM ix_members x LEFT JOIN ix_jobs j ON j.job_id = x.job_id WHERE x.batch_id = ?1) AS m
 WHERE f.job_id = ?1 AND (b.batch_id IS NOT NULL OR m.members > 0);

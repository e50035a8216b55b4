-- catch_up_pending: after the clock stepped back, jobs that came in before look as if they were of the future; they are due. Those
-- with a run_at of their own wait for it. In their order, all before now. Index: ix_jobs_due, at most a thousand entries
-- behind what is due now; rows that others have locked are passed over.
WITH ahead AS MATERIALIZED (
    SELECT job_id FROM ix_jobs
     WHERE status = 'pending' AND coalesce(run_at, created_at) > now() + interval '1 second'
     ORDER BY coalesce(run_at, created_at), job_id LIMIT 1000),
early AS MATERIALIZED (
    SELECT job_id, created_at FROM ix_jobs
     WHERE job_id IN (SELECT job_id FROM ahead) AND status = 'pending' AND run_at IS NULL AND isfinite(created_at)
       FOR UPDATE SKIP LOCKED)
UPDATE ix_jobs j
   SET run_at = now() - ((SELECT max(created_at) FROM early) - e.created_at)
  FROM early e WHERE j.job_id = e.job_id AND j.status = 'pending'
RETURNING j.job_id;

-- catch_up_pending: after the clock stepped back, jobs that came in before look as if they were of the future; they are due. Those
-- with a run_at of their own wait for it. Index: ix_jobs_due, at most a thousand entries behind what is due now.
-- ?1 now, ?2 a second from now
UPDATE ix_jobs SET run_at = ?1
 WHERE run_at IS NULL AND status = 'pending'
   AND job_id IN (SELECT job_id FROM ix_jobs
                   WHERE status = 'pending' AND coalesce(run_at, created_at) > ?2
                   ORDER BY coalesce(run_at, created_at), job_id LIMIT 1000)
RETURNING job_id;

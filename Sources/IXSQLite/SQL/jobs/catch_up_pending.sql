-- catch_up_pending: makes jobs due which were inserted before the clock stepped back, because their created_at now
-- lies in the future. A job with a run_at keeps waiting for its run_at.
-- Index: ix_jobs_due, at most 1,000 entries behind the due jobs.
-- ?1 now, ?2 a second from now
UPDATE ix_jobs SET run_at = ?1
 WHERE run_at IS NULL AND status = 'pending'
   AND job_id IN (SELECT job_id FROM ix_jobs
                   WHERE status = 'pending' AND queue IS NULL AND waits IS NULL AND coalesce(run_at, created_at) > ?2
                   ORDER BY coalesce(run_at, created_at), job_id LIMIT 1000)
RETURNING job_id;

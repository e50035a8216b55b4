-- read_orphans: running rows that nobody runs. One daemon holds the file, so a row that doesn't name the worker that
-- holds it now is an orphan, however young. Index: ix_jobs_running, as many entries as jobs run.
-- ?1 limit
SELECT job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts, claim_id, callback_url,
       worker_id, started_at, cancel_requested_at
  FROM ix_jobs INDEXED BY ix_jobs_running
 WHERE status = 'running'
   AND NOT EXISTS (SELECT 1 FROM ix_workers w WHERE w.worker_id = ix_jobs.worker_id AND w.lease_until IS NULL)
 ORDER BY job_id LIMIT ?1;

-- read_orphans: returns running rows which no live daemon runs. A single daemon holds the file, so every row that
-- doesn't name this daemon is an orphan, however young. Index: ix_jobs_running, an entry per running job.
-- ?1 limit
SELECT job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts, claim_id, callback_url,
       daemon_id, started_at, cancel_requested_at
  FROM ix_jobs INDEXED BY ix_jobs_running
 WHERE status = 'running'
   AND NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = ix_jobs.daemon_id AND w.lease_until IS NULL)
 ORDER BY job_id LIMIT ?1;

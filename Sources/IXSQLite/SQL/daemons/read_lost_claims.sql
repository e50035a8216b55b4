-- read_lost_claims: returns rows which name this daemon but which the daemon doesn't run. Index: ix_jobs_running.
-- ?1 daemon_id, ?2 claims that run, as a JSON array, ?3 the time before which a row must have started
SELECT job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts, claim_id, callback_url,
       daemon_id, started_at, cancel_requested_at
  FROM ix_jobs
 WHERE status = 'running' AND daemon_id = ?1 AND claim_id NOT IN (SELECT value FROM json_each(?2)) AND started_at < ?3
 ORDER BY job_id;

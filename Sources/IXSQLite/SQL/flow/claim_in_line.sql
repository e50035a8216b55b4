-- claim_in_line: sets a job that has got a place to running, for this claim and daemon. Index: the primary key.
-- ?1 claim_id, ?2 daemon_id, ?3 now, ?4 job_id
UPDATE ix_jobs SET status = 'running', claim_id = ?1, daemon_id = ?2, started_at = ?3
 WHERE job_id = ?4 AND status = 'pending'
   AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = ?2 AND lease_until IS NULL)
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts, request,
          coalesce(expires_at <= ?3, false) AS expired, coalesce(cancel_requested_at > '', false) AS cancelled,
          coalesce(callback_url > '', false) AS has_followers,
          coalesce(run_at, created_at) AS due, trace_context;

-- claim_next_pending: sets the oldest due pending row to running, for this claim and daemon. Rows in a line, and dependent jobs
-- that wait, are left out.
-- Index: ix_jobs_due gives the order without a sort. SKIP LOCKED is not needed, because the file has a single writer:
-- no second claim runs meanwhile.
-- A daemon that doesn't hold the file gets no row.
-- In RETURNING, SQLite 3.40 evaluates `x IS NOT NULL` to true for every x; a comparison gives the right value.
-- ?1 claim_id, ?2 daemon_id, ?3 now
UPDATE ix_jobs SET status = 'running', claim_id = ?1, daemon_id = ?2, started_at = ?3
 WHERE job_id = (
           SELECT job_id FROM ix_jobs
            WHERE status = 'pending' AND queue IS NULL AND waits IS NULL AND coalesce(run_at, created_at) <= ?3
            ORDER BY coalesce(run_at, created_at), job_id LIMIT 1)
   AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = ?2 AND lease_until IS NULL)
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts, request,
          coalesce(expires_at <= ?3, false) AS expired, coalesce(cancel_requested_at > '', false) AS cancelled,
          coalesce(callback_url > '', false) AS has_followers,
          coalesce(run_at, created_at) AS due, trace_context;

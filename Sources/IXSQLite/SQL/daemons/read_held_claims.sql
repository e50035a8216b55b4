-- read_held_claims: returns the claims by which this daemon holds jobs, according to the file. Index:
-- ix_jobs_running.
-- ?1 daemon_id
SELECT claim_id, cancel_requested_at IS NOT NULL AS cancelled
  FROM ix_jobs WHERE status = 'running' AND daemon_id = ?1;

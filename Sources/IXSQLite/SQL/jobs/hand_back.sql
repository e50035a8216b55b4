-- hand_back: returns a running job to pending, or ends a job whose starts are used up; no other way leads back to
-- pending.
-- The caller computes the new values from the row in the same transaction; status and claim are checked once more
-- here. Index: the primary key.
-- ?1 job_id, ?2 claim_id, ?3 status, ?4 max_attempts, ?5 run_at for a pause, or null, ?6 finished_at, ?7 response
UPDATE ix_jobs
   SET status = ?3, attempts = min(attempts, 2147483646) + 1, max_attempts = ?4, claim_id = NULL, daemon_id = NULL,
       run_at = coalesce(?5, run_at), started_at = CASE WHEN ?3 = 'error' THEN started_at END, finished_at = ?6,
       response = ?7
 WHERE job_id = ?1 AND status = 'running' AND claim_id IS ?2
RETURNING attempts;

-- mark_done: the end of the attempt that holds the job; done or error as its response says.
-- The fence (status, attempts, claim_id) refuses every write but the newest claim's. Index: the primary key.
-- ?1 job_id, ?2 attempts, ?3 claim_id, ?4 response, ?5 status, ?6 now
UPDATE ix_jobs SET status = ?5, response = ?4, finished_at = ?6, finished_claim = claim_id
 WHERE job_id = ?1 AND status = 'running' AND attempts = ?2 AND claim_id = ?3
RETURNING status, callback_url, CASE WHEN callback_url IS NOT NULL THEN response END AS response;

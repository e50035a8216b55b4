-- mark_done: ends the attempt that holds the job, as done or error according to the response (?5).
-- ?7 is the response for a job cancelled meanwhile. A null ?7 leaves such a row unchanged, so that the caller can
-- first read the names for ?7 from the row.
-- For a job with a callback URL the trigger ix_enqueue_callback makes the callback due.
-- The fence (status, attempts, claim_id) refuses every write but the newest claim's. Index: the primary key.
-- ?1 job_id, ?2 attempts, ?3 claim_id, ?4 response, ?5 status, ?6 now
UPDATE ix_jobs
   SET status = CASE WHEN cancel_requested_at IS NULL THEN ?5 ELSE 'error' END,
       response = CASE WHEN cancel_requested_at IS NULL THEN ?4 ELSE ?7 END,
       finished_at = ?6, finished_claim = claim_id
 WHERE job_id = ?1 AND status = 'running' AND attempts = ?2 AND claim_id = ?3
   AND (cancel_requested_at IS NULL OR ?7 IS NOT NULL)
RETURNING status, coalesce(callback_url > '', false) AS is_callback_due;

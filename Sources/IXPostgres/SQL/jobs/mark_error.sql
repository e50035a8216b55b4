-- mark_error: the attempt that holds the job ends it in error, whatever the response says. Fence and index as mark_done.
-- $1 job_id, $2 attempts, $3 claim_id, $4 response
UPDATE ix_jobs
   SET status = 'error', response = $4::jsonb, finished_at = now(), finished_claim = claim_id
 WHERE job_id = $1::uuid AND status = 'running' AND attempts = $2::integer AND claim_id = $3::uuid
RETURNING status, callback_url, CASE WHEN callback_url IS NOT NULL THEN response::text END AS response;

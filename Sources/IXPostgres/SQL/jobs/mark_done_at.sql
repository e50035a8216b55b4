-- mark_done_at: ends an attempt like mark_done, by the place which the claim returned, for a job without effects beside
-- its row. No row comes back when the row moved since, as after a cancel; the caller then ends the attempt by mark_done.
-- The fence is the same.
-- $1 job_id, $2 attempts, $3 claim_id, $4 response, $5 place
UPDATE ix_jobs AS j
   SET status = CASE WHEN $4::jsonb ->> 'error' IS NULL THEN 'done' ELSE 'error' END,
       response = $4::jsonb, finished_at = now(), finished_claim = claim_id
 WHERE ctid = $5::tid AND job_id = $1::uuid AND status = 'running' AND attempts = $2::integer AND claim_id = $3::uuid
   AND NOT ix_has_followers(j) AND cancel_requested_at IS NULL
RETURNING status, false AS is_callback_due;

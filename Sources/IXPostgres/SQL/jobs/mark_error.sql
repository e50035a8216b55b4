-- mark_error: ends the attempt that holds the job in error, regardless of the response. A job cancelled meanwhile
-- ends as cancelled. Fence, index and callback are as in mark_done.
-- $1 job_id, $2 attempts, $3 claim_id, $4 response, $5 true when enqueue_callback follows in this transaction
UPDATE ix_jobs AS j
   SET status = 'error', finished_at = now(), finished_claim = claim_id,
       response = CASE WHEN cancel_requested_at IS NULL THEN $4::jsonb
                       ELSE ix_error(j, 'cancelled', 'cancelled while it ran') END
 WHERE job_id = $1::uuid AND status = 'running' COLLATE "C" AND attempts = $2::integer AND claim_id = $3::uuid
   AND (callback_url IS NULL OR $5::boolean)
RETURNING status, callback_url IS NOT NULL AS is_callback_due;

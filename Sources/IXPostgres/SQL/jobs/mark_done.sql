-- mark_done: the response of the attempt that holds the job; done if its error is null, otherwise error. A job that was
-- cancelled meanwhile is that, whatever the response says.
-- The fence (status, attempts, claim_id) refuses every write but the newest claim's. Index: the primary key. COLLATE "C"
-- changes nothing but that: without it the planner may choose ix_jobs_running, which looks empty to it, and whose dead entries
-- every job would read as long as an old snapshot or a late vacuum keeps them.
-- A job with a callback URL is ended only together with owe_callback, in the same transaction: $5 says that it follows.
-- $1 job_id, $2 attempts, $3 claim_id, $4 response, $5 whether owe_callback follows
UPDATE ix_jobs AS j
   SET status = CASE WHEN cancel_requested_at IS NULL AND $4::jsonb ->> 'error' IS NULL THEN 'done' ELSE 'error' END,
       response = CASE WHEN cancel_requested_at IS NULL THEN $4::jsonb
                       ELSE ix_error(j, 'cancelled', 'cancelled while it ran') END,
       finished_at = now(), finished_claim = claim_id
 WHERE job_id = $1::uuid AND status = 'running' COLLATE "C" AND attempts = $2::integer AND claim_id = $3::uuid
   AND (callback_url IS NULL OR $5::boolean)
RETURNING status, callback_url IS NOT NULL AS owes_callback;

-- mark_done: the response of the attempt that holds the job; done if its error is null, otherwise error. A job that was
-- cancelled meanwhile is that, whatever the response says. With a callback URL the callback is due by the same statement.
-- The fence (status, attempts, claim_id) refuses every write but the newest claim's. Index: the primary key.
-- $1 job_id, $2 attempts, $3 claim_id, $4 response
WITH ended AS (
    UPDATE ix_jobs AS j
       SET status = CASE WHEN cancel_requested_at IS NULL AND $4::jsonb ->> 'error' IS NULL THEN 'done' ELSE 'error' END,
           response = CASE WHEN cancel_requested_at IS NULL THEN $4::jsonb
                           ELSE ix_error(j, 'cancelled', 'cancelled while it ran') END,
           finished_at = now(), finished_claim = claim_id
     WHERE job_id = $1::uuid AND status = 'running' AND attempts = $2::integer AND claim_id = $3::uuid
    RETURNING job_id, client_id, status, callback_url, CASE WHEN callback_url IS NOT NULL THEN response::text END AS body),
due AS (
    INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
    SELECT job_id, client_id, callback_url, status, body FROM ended WHERE callback_url IS NOT NULL
        ON CONFLICT DO NOTHING)
SELECT status, callback_url IS NOT NULL AS owes_callback FROM ended;

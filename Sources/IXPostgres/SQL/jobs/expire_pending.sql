-- expire_pending: ends jobs in error, code `expired`, with their callbacks due, when no daemon has started them
-- before expires_at.
-- Index: ix_jobs_expiring, an entry per pending job with expires_at. SKIP LOCKED leaves a row to the claim that locks
-- the row; the UPDATE checks status and time once more.
-- COLLATE "C" leads the SELECT to that index and the UPDATE to the primary key.
-- $1 limit
WITH late AS MATERIALIZED (
    SELECT job_id FROM ix_jobs
     WHERE status = 'pending' COLLATE "C" AND expires_at <= now()
     ORDER BY expires_at LIMIT $1::integer
       FOR UPDATE SKIP LOCKED),
ended AS (
    UPDATE ix_jobs AS j
       SET status = 'error', finished_at = now(),
           response = ix_error(j, 'expired', 'the job was not started before its expires_at')
      FROM late
     WHERE j.job_id = late.job_id AND j.status = 'pending' COLLATE "C" AND j.expires_at <= now()
    RETURNING j.*),
due AS (
    INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
    SELECT job_id, left(coalesce(client_id, ''), 255), callback_url, status, response::text FROM ended WHERE callback_url IS NOT NULL
        ON CONFLICT DO NOTHING)
SELECT job_id, ix_id, client_id, request_id, use_case, status, attempts, callback_url IS NOT NULL AS is_callback_due,
       response -> 'error' ->> 'code' AS error_code
  FROM ended;

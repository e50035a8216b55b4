-- expire_pending: jobs that nobody has started in their time end in error, code `expired`, with their callback due.
-- Index: ix_jobs_expiring, as many entries as pending jobs have such a time. SKIP LOCKED leaves what is being claimed to
-- its claim; status and time are checked once more in the UPDATE. COLLATE "C" leads to that index, there to the
-- primary key, and to no other.
-- $1 limit
WITH late AS MATERIALIZED (
    SELECT job_id FROM ix_jobs
     WHERE status = 'pending' COLLATE "C" AND expires_at <= now()
     ORDER BY expires_at LIMIT $1::integer
       FOR UPDATE SKIP LOCKED),
ended AS (
    UPDATE ix_jobs AS j
       SET status = 'error', finished_at = now(), response = ix_error(j, 'expired', 'its time to start had passed')
      FROM late
     WHERE j.job_id = late.job_id AND j.status = 'pending' COLLATE "C" AND j.expires_at <= now()
    RETURNING j.*),
due AS (
    INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
    SELECT job_id, left(coalesce(client_id, ''), 255), callback_url, status, response::text FROM ended WHERE callback_url IS NOT NULL
        ON CONFLICT DO NOTHING)
SELECT job_id, ix_id, client_id, request_id, use_case, status, attempts, callback_url IS NOT NULL AS owes_callback,
       response -> 'error' ->> 'code' AS error_code
  FROM ended;

-- take_redeliveries: makes callbacks due which callers requested by ix_redeliver, from the first step of the
-- schedule. Such a callback failed, was received and lost there, or was never due.
-- A callback under delivery keeps its request until the delivery ends.
-- SKIP LOCKED: a single daemon takes each request. Index: the primary keys; ix_redeliveries is nearly always empty.
-- $1 limit
WITH asked AS MATERIALIZED (
    SELECT r.job_id FROM ix_redeliveries r
     WHERE NOT EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = r.job_id AND c.state = 'due'
                          AND c.claim_id IS NOT NULL AND c.due_at > now())
     ORDER BY r.requested_at LIMIT $1::integer
       FOR UPDATE OF r SKIP LOCKED),
due AS (
    INSERT INTO ix_callbacks AS c (job_id, client_id, url, status, body, ended_at)
    SELECT j.job_id, j.client_id, j.callback_url, j.status, j.response::text, coalesce(j.finished_at, now())
      FROM ix_jobs j
     WHERE j.job_id = ANY (ARRAY(SELECT job_id FROM asked)) AND j.status IN ('done', 'error') AND j.callback_url IS NOT NULL
     ORDER BY j.job_id
        ON CONFLICT (job_id) DO UPDATE
           SET state = 'due', due_at = now(), since = now(), step = 0, claim_id = NULL, settled_at = NULL,
               body = coalesce(c.body, excluded.body)
         WHERE c.state <> 'due' OR c.claim_id IS NULL OR c.due_at <= now())
DELETE FROM ix_redeliveries WHERE job_id = ANY (ARRAY(SELECT job_id FROM asked)) RETURNING job_id;

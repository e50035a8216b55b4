-- ix_hand_back: returns running jobs to pending, and ends jobs whose starts are used up or which were cancelled; no
-- other way leads back to pending. Requires: the caller has chosen and locked the rows. Status and claim are checked
-- once more here. An uncharged hand-back (shutdown, a lost claim) costs no start. Each start that goes back is kept in
-- ix_attempts, unless its row exists already with a log or an exit status. A null pause means no pause for a
-- uncharged hand-back or after the first failed start; then 2 s, 4 s, ... up to 5 minutes, with jitter.
CREATE OR REPLACE FUNCTION ix_hand_back(job_ids uuid[], claims uuid[], outcome text, uncharged boolean, pause interval, code text,
                             message text)
RETURNS TABLE (job_id uuid, ix_id text, client_id text, request_id text, use_case text, status text, attempts integer,
               is_callback_due boolean, error_code text)
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    WITH back AS (
        UPDATE ix_jobs j
           SET attempts = least(coalesce(j.attempts, 0), 2147483646) + 1,
               max_attempts = least(j.max_attempts, 2147483646) + CASE WHEN o.uncharged AND j.max_attempts > 0 THEN 1 ELSE 0 END,
               status = CASE WHEN o.ended OR j.cancel_requested_at IS NOT NULL THEN 'error' ELSE 'pending' END,
               claim_id = NULL,
               daemon_id = NULL,
               started_at = CASE WHEN o.ended OR j.cancel_requested_at IS NOT NULL THEN j.started_at END,
               finished_at = CASE WHEN o.ended OR j.cancel_requested_at IS NOT NULL THEN pg_catalog.now() END,
               run_at = CASE WHEN o.ended OR j.cancel_requested_at IS NOT NULL
                                  OR (o.pause IS NULL AND (o.uncharged OR coalesce(j.attempts, 0) = 0)) THEN j.run_at
                             ELSE pg_catalog.now() + coalesce(o.pause, least(300, 2 ^ greatest(least(j.attempts, 20), 0))
                                                            * (0.5 + pg_catalog.random() / 2) * interval '1 second') END,
               response = CASE WHEN j.cancel_requested_at IS NOT NULL
                               THEN ix_error(j, 'cancelled', 'cancelled while it ran')
                               WHEN o.ended THEN ix_error(j, o.code, o.message) END
          FROM (SELECT t.job_id, t.claim_id, q.daemon_id, q.started_at, $4 AS uncharged, $5 AS pause, $6 AS code,
                       $7 AS message,
                       NOT $4 AND q.max_attempts > 0 AND coalesce(q.attempts, 0) >= q.max_attempts - 1 AS ended
                  FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS t (job_id, claim_id)
                  JOIN ix_jobs q ON q.job_id = t.job_id) o
         WHERE j.job_id = o.job_id AND j.status = 'running' COLLATE "C" AND j.claim_id IS NOT DISTINCT FROM o.claim_id
        RETURNING j.job_id, j.ix_id, j.client_id, j.request_id, j.use_case, j.status, j.attempts, j.callback_url, j.response,
                  o.claim_id AS held_by, o.daemon_id AS held_at, o.started_at AS held_since),
    kept AS (
        INSERT INTO ix_attempts (job_id, attempt, claim_id, daemon_id, started_at, outcome)
        SELECT job_id, attempts, coalesce(held_by, '00000000-0000-0000-0000-000000000000'), held_at, held_since, $3 FROM back
            ON CONFLICT DO NOTHING),
    due AS (
        INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
        SELECT job_id, pg_catalog.left(coalesce(client_id, ''), 255), callback_url, status, response::text FROM back
         WHERE status = 'error' AND callback_url IS NOT NULL
            ON CONFLICT DO NOTHING)
    SELECT job_id, ix_id::text, client_id::text, request_id::text, use_case::text, status::text, attempts,
           status = 'error' AND callback_url IS NOT NULL, response -> 'error' ->> 'code'
      FROM back
$$;

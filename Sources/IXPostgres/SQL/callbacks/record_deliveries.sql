-- record_deliveries: records the results of deliveries: received, failed for good, or due again after a pause. The
-- same transaction logs each try and writes the job's callback_status.
-- The delivery's claim is the fence: no row comes back for a callback claimed again since, or recorded before. A
-- delivery which was not begun is no try.
-- Index: the primary keys. The arrays keep the planner from joining many rows, because such a join would read whole
-- tables.
-- The column callback_status moves only null -> delivered | failed and failed -> delivered; status is never changed.
-- The statement waits for rows locked by another transaction, or skips such rows when $2 is true, because looking for
-- locks costs every delivery.
-- $1 a JSON array of {job_id, claim_id, state, pause, advance, is_try, http_status, reason, answer, seconds}, $2 true
-- to skip locked rows
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g (
               job_id uuid, claim_id uuid, state text, pause double precision, advance boolean, is_try boolean,
               http_status integer, reason text, answer text, seconds double precision)),
-- `free` and `free_jobs` are read only when $2 is true. A pruned job has no row to lock.
free AS MATERIALIZED (
    SELECT c.job_id FROM given g JOIN ix_callbacks c ON c.job_id = g.job_id AND c.claim_id = g.claim_id
     WHERE c.job_id = ANY (ARRAY(SELECT job_id FROM given)) AND c.state = 'due' FOR UPDATE OF c SKIP LOCKED),
free_jobs AS MATERIALIZED (
    SELECT j.job_id FROM ix_jobs j WHERE j.job_id = ANY (ARRAY(SELECT job_id FROM free)) FOR NO KEY UPDATE OF j SKIP LOCKED),
recorded AS (
    UPDATE ix_callbacks AS c
       SET state = g.state, claim_id = NULL, tries = c.tries + g.is_try::integer, step = c.step + g.advance::integer,
           due_at = CASE WHEN g.state = 'due' THEN now() + make_interval(secs => g.pause) ELSE c.due_at END,
           settled_at = CASE WHEN g.state <> 'due' THEN now() END,
           body = CASE WHEN g.state <> 'delivered' THEN c.body END
      FROM given g
     WHERE c.job_id = ANY (ARRAY(SELECT job_id FROM given)) AND c.job_id = g.job_id AND c.claim_id = g.claim_id
       AND c.state = 'due'
       AND (NOT $2::boolean
            OR (g.job_id IN (SELECT job_id FROM free)
                AND (g.job_id IN (SELECT job_id FROM free_jobs)
                     OR (SELECT j.job_id FROM ix_jobs j WHERE j.job_id = g.job_id) IS NULL)))
    RETURNING c.job_id, c.daemon_id, c.tries, g.claim_id, g.state, g.is_try, g.http_status, g.reason, g.answer, g.seconds),
logged AS (
    INSERT INTO ix_deliveries (job_id, claim_id, daemon_id, try, seconds, http_status, reason, answer)
    SELECT job_id, claim_id, daemon_id, tries, seconds, http_status, reason, answer FROM recorded WHERE is_try
        ON CONFLICT DO NOTHING),
told AS (
    UPDATE ix_jobs AS j SET callback_status = s.state
      FROM recorded s
     WHERE j.job_id = ANY (ARRAY(SELECT job_id FROM recorded)) AND j.job_id = s.job_id
       AND s.state IN ('delivered', 'failed') AND j.status COLLATE "C" IN ('done', 'error')
       AND (j.callback_status IS NULL OR (j.callback_status = 'failed' AND s.state = 'delivered')))
SELECT job_id FROM recorded;

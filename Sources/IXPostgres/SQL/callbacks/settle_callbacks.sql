-- settle_callbacks: what became of deliveries: received, failed for good, or due again after a pause; each with its line in
-- the log of tries, and the job's callback_status in the same transaction. Fenced by the delivery's claim: no row for one
-- that somebody else has claimed since, or that was settled before. A delivery that was not begun is no try.
-- The order null -> delivered | failed, failed -> delivered holds for callback_status; status is never touched.
-- $1 a JSON array of {job_id, claim_id, state, pause, advance, is_try, http_status, reason, answer, seconds}
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g (
               job_id uuid, claim_id uuid, state text, pause double precision, advance boolean, is_try boolean,
               http_status integer, reason text, answer text, seconds double precision)),
settled AS (
    UPDATE ix_callbacks AS c
       SET state = g.state, claim_id = NULL, tries = c.tries + g.is_try::integer, step = c.step + g.advance::integer,
           due_at = CASE WHEN g.state = 'due' THEN now() + make_interval(secs => g.pause) ELSE c.due_at END,
           settled_at = CASE WHEN g.state <> 'due' THEN now() END,
           body = CASE WHEN g.state <> 'delivered' THEN c.body END
      FROM given g
     WHERE c.job_id = g.job_id AND c.claim_id = g.claim_id AND c.state = 'due'
    RETURNING c.job_id, c.worker_id, c.tries, g.claim_id, g.state, g.is_try, g.http_status, g.reason, g.answer, g.seconds),
logged AS (
    INSERT INTO ix_deliveries (job_id, claim_id, worker_id, try, seconds, http_status, reason, answer)
    SELECT job_id, claim_id, worker_id, tries, seconds, http_status, reason, answer FROM settled WHERE is_try
        ON CONFLICT DO NOTHING),
told AS (
    UPDATE ix_jobs AS j SET callback_status = s.state
      FROM settled s
     WHERE j.job_id = s.job_id AND s.state IN ('delivered', 'failed') AND j.status IN ('done', 'error')
       AND (j.callback_status IS NULL OR (j.callback_status = 'failed' AND s.state = 'delivered')))
SELECT job_id FROM settled;

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
-- A received callback's body was deleted, because the job's row keeps the document.
again AS (
    UPDATE ix_callbacks c
       SET state = 'due', due_at = now(), since = now(), step = 0, claim_id = NULL, settled_at = NULL,
           body = coalesce(c.body, (SELECT j.response::text FROM ix_jobs j WHERE j.job_id = c.job_id))
     WHERE c.job_id = ANY (ARRAY(SELECT job_id FROM asked))
       AND (c.state <> 'due' OR c.claim_id IS NULL OR c.due_at <= now())),
first AS MATERIALIZED (
    SELECT count(*) AS callbacks FROM ix_after_end(ARRAY(SELECT job_id FROM asked), false))
DELETE FROM ix_redeliveries WHERE job_id = ANY (ARRAY(SELECT job_id FROM asked))
RETURNING job_id, (SELECT callbacks FROM first) AS first_deliveries;

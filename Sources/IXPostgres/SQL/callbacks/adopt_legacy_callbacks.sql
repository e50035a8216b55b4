-- adopt_legacy_callbacks: makes callbacks due for jobs that legacy workers ended without a callback. Such a job
-- ended after the migration and longer ago than a grace time, and its callback_status is still null.
-- The guard notes each such end in ix_legacy_ends. The statement deletes every examined note, so that each end is
-- examined once.
-- $1 grace in seconds, $2 limit
WITH looked_at AS (
    DELETE FROM ix_legacy_ends
     WHERE job_id = ANY (ARRAY(SELECT job_id FROM ix_legacy_ends WHERE ended_at < now() - make_interval(secs => $1::double precision)
                                ORDER BY ended_at FOR UPDATE SKIP LOCKED LIMIT $2::integer))
    RETURNING job_id)
INSERT INTO ix_callbacks (job_id, client_id, url, status, body, ended_at)
SELECT job_id, left(coalesce(client_id, ''), 255), callback_url, status, response::text, coalesce(finished_at, now())
  FROM looked_at JOIN ix_jobs USING (job_id)
 WHERE finished_claim IS NULL AND status IN ('done', 'error') AND callback_url IS NOT NULL AND callback_status IS NULL
   AND response IS NOT NULL
    ON CONFLICT DO NOTHING
RETURNING job_id;

-- owe_old_ends: callbacks of jobs that the old repository's workers ended, which told nobody: ended after the migration and
-- longer ago than a grace time, callback_status still null. Index: ix_jobs_untold, from the
-- migration on.
-- $1 grace in seconds, $2 limit
INSERT INTO ix_callbacks (job_id, client_id, url, status, body, ended_at)
SELECT job_id, client_id, callback_url, status, response::text, finished_at FROM ix_jobs j
 WHERE finished_claim IS NULL AND status IN ('done', 'error') AND callback_url IS NOT NULL AND callback_status IS NULL
   AND finished_at >= (SELECT min(applied_at) FROM ix_schema_migrations)
   AND finished_at < now() - make_interval(secs => $1::double precision)
   AND response IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = j.job_id)
 ORDER BY finished_at LIMIT $2::integer
    ON CONFLICT DO NOTHING
RETURNING job_id;

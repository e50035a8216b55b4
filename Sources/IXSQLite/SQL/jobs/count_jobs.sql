-- count_jobs: counts the file's jobs by use case. The statement reads the whole table, but no document.
-- The column failed_starts counts the starts which went back, less the starts whose outcome costs nothing (?2).
-- ?1 now, ?2 outcomes of starts that cost nothing, as a JSON array
SELECT use_case AS name,
       count(*) FILTER (WHERE status = 'pending' AND waits IS NULL AND coalesce(run_at, created_at) <= ?1) AS due,
       count(*) FILTER (WHERE status = 'pending' AND (waits OR coalesce(run_at, created_at) > ?1)) AS scheduled,
       count(*) FILTER (WHERE status = 'running') AS running,
       count(*) FILTER (WHERE status = 'done') AS done, count(*) FILTER (WHERE status = 'error') AS error,
       coalesce(sum(CASE WHEN attempts > 0 THEN attempts - (
               SELECT coalesce(sum(starts), 0) FROM ix_attempts a
                WHERE a.job_id = ix_jobs.job_id AND a.attempt <= ix_jobs.attempts
                  AND a.outcome IN (SELECT value FROM json_each(?2))) END), 0) AS failed_starts,
       min(coalesce(nullif(run_at, '-infinity'), created_at)) FILTER (WHERE status = 'pending' AND waits IS NULL) AS oldest,
       count(*) FILTER (WHERE callback_status = 'delivered') AS delivered,
       count(*) FILTER (WHERE callback_status = 'failed') AS undelivered,
       count(*) FILTER (WHERE status IN ('done', 'error') AND callback_status IS NULL AND callback_url IS NOT NULL)
           AS outstanding,
       count(*) FILTER (WHERE status = 'pending' AND queue IS NOT NULL AND coalesce(run_at, created_at) <= ?1 AND EXISTS (
           SELECT 1 FROM ix_lines l WHERE l.job_id = ix_jobs.job_id AND l.turn IS NULL AND l.asleep IS NULL)) AS held
  FROM ix_jobs GROUP BY use_case ORDER BY use_case IS NULL, use_case;

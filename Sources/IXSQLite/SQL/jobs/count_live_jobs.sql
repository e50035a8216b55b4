-- count_live_jobs: counts like count_jobs, but only pending and running jobs, by ix_jobs_due_by_use_case and ix_jobs_running.
-- ?1 now, ?2 outcomes of starts that cost nothing, as a JSON array
SELECT use_case AS name, sum(due) AS due, sum(scheduled) AS scheduled, sum(running) AS running, 0 AS done, 0 AS error,
       coalesce(sum(failed_starts), 0) AS failed_starts, min(oldest) AS oldest, 0 AS delivered, 0 AS undelivered, 0 AS outstanding,
       sum(held) AS held
  FROM (SELECT use_case, count(*) FILTER (WHERE waits IS NULL AND coalesce(run_at, created_at) <= ?1) AS due,
               count(*) FILTER (WHERE (waits OR coalesce(run_at, created_at) > ?1)) AS scheduled, 0 AS running,
               sum(CASE WHEN attempts > 0 THEN attempts - (
               SELECT coalesce(sum(starts), 0) FROM ix_attempts a
                WHERE a.job_id = ix_jobs.job_id AND a.attempt <= ix_jobs.attempts
                  AND a.outcome IN (SELECT value FROM json_each(?2))) END) AS failed_starts, min(coalesce(nullif(run_at, '-infinity'), created_at)) FILTER (WHERE waits IS NULL) AS oldest,
               count(*) FILTER (WHERE coalesce(run_at, created_at) <= ?1 AND queue IS NOT NULL AND EXISTS (
                   SELECT 1 FROM ix_lines l WHERE l.job_id = ix_jobs.job_id AND l.turn IS NULL AND l.asleep IS NULL)) AS held
          FROM ix_jobs INDEXED BY ix_jobs_due_by_use_case WHERE status = 'pending' GROUP BY use_case
         UNION ALL
        SELECT use_case, 0, 0, count(*),
               sum(CASE WHEN attempts > 0 THEN attempts - (
               SELECT coalesce(sum(starts), 0) FROM ix_attempts a
                WHERE a.job_id = ix_jobs.job_id AND a.attempt <= ix_jobs.attempts
                  AND a.outcome IN (SELECT value FROM json_each(?2))) END), NULL, 0
          FROM ix_jobs INDEXED BY ix_jobs_running WHERE status = 'running' GROUP BY use_case)
 GROUP BY use_case ORDER BY use_case IS NULL, use_case;

-- count_live_jobs: the same for jobs that wait or run, by ix_jobs_due and ix_jobs_running.
-- ?1 now
SELECT use_case AS name, sum(due) AS due, sum(scheduled) AS scheduled, sum(running) AS running, 0 AS done, 0 AS error,
       sum(failed_starts) AS failed_starts, min(oldest) AS oldest, 0 AS delivered, 0 AS undelivered, 0 AS outstanding
  FROM (SELECT use_case, count(*) FILTER (WHERE coalesce(run_at, created_at) <= ?1) AS due,
               count(*) FILTER (WHERE coalesce(run_at, created_at) > ?1) AS scheduled, 0 AS running,
               sum(attempts) AS failed_starts, min(coalesce(run_at, created_at)) AS oldest
          FROM ix_jobs INDEXED BY ix_jobs_due WHERE status = 'pending' GROUP BY use_case
         UNION ALL
        SELECT use_case, 0, 0, count(*), sum(attempts), NULL
          FROM ix_jobs INDEXED BY ix_jobs_running WHERE status = 'running' GROUP BY use_case)
 GROUP BY use_case ORDER BY use_case IS NULL, use_case;

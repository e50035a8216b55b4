-- count_pending: counts every waiting job by use case and queue, null for the use case's own.
-- ?1 now
SELECT use_case AS name, nullif(queue, use_case) AS queue, count(*) FILTER (WHERE waits IS NULL AND coalesce(run_at, created_at) <= ?1) AS due,
       count(*) FILTER (WHERE (waits OR coalesce(run_at, created_at) > ?1)) AS scheduled
  FROM ix_jobs INDEXED BY ix_jobs_due_by_use_case WHERE status = 'pending' GROUP BY use_case, nullif(queue, use_case);

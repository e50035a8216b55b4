-- count_pending: counts every waiting job by use case. The daemon asks at most once a minute, and only where an answer
-- takes less than a second. Index: ix_jobs_due_by_use_case.
SELECT use_case, count(*) FILTER (WHERE due_at <= now()) AS due, count(*) FILTER (WHERE due_at > now()) AS scheduled
  FROM ix_jobs WHERE due_at IS NOT NULL AND (use_case IS NULL OR use_case IS NOT NULL) GROUP BY use_case;

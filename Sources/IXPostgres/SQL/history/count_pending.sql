-- count_pending: counts every waiting job by use case. The daemon asks at most once a minute, and only where an answer
-- takes less than a second.
SELECT use_case, count(*) FILTER (WHERE coalesce(run_at, created_at) <= now()) AS due,
       count(*) FILTER (WHERE coalesce(run_at, created_at) > now()) AS scheduled
  FROM ix_jobs WHERE status = 'pending' GROUP BY use_case;

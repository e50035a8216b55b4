-- count_pending: counts every waiting job by use case and queue, null for plain jobs. The daemon asks at most once a minute,
-- and only where an answer takes less than a second. Index: ix_jobs_due_by_use_case, and the primary key for the jobs that
-- ix_lines, ix_dependencies and ix_batches name. A waiting dependent job or finisher is scheduled.
SELECT use_case, queue, sum(due)::bigint AS due, sum(scheduled)::bigint AS scheduled
  FROM (SELECT use_case, NULL AS queue, count(*) FILTER (WHERE due_at <= now()) AS due,
               count(*) FILTER (WHERE due_at > now()) AS scheduled
          FROM ix_jobs WHERE due_at IS NOT NULL AND (use_case IS NULL OR use_case IS NOT NULL) GROUP BY use_case
         UNION ALL
        SELECT use_case, nullif(queue, use_case), count(*) FILTER (WHERE waits IS NULL AND coalesce(run_at, created_at) <= now()),
               count(*) FILTER (WHERE waits OR coalesce(run_at, created_at) > now())
          FROM ix_jobs
         WHERE job_id = ANY (ARRAY(SELECT job_id FROM ix_lines WHERE NOT held UNION SELECT job_id FROM ix_dependencies
                                    UNION SELECT batch_id FROM ix_batches)) AND status = 'pending' COLLATE "C"
           AND (queue IS NOT NULL OR waits)
         GROUP BY 1, 2) AS c
 GROUP BY use_case, queue;

-- count_jobs: counts jobs by use case, ordered by name. With ended jobs the table is read once, which the server may do
-- in parallel. Without ended jobs, ix_jobs_due, ix_lines, ix_dependencies,
-- ix_batches and ix_running find the live jobs. A waiting dependent job or finisher is scheduled. The halves that $1 excludes aren't run.
-- A job with run_at -infinity waits since its creation. Ages are differences of numbers, because a time of legacy code
-- may be infinite.
-- `held` are the due jobs that stand in a line without a place. Failed starts are the starts that went back to pending,
-- less the starts that cost nothing.
-- $1 whether to count ended jobs, $2 outcomes of starts that cost nothing
WITH counted AS (
    SELECT coalesce(use_case, request ->> 'use_case') AS use_case,
           count(*) FILTER (WHERE status = 'pending' AND waits IS NULL AND coalesce(run_at, created_at) <= now()) AS due,
           count(*) FILTER (WHERE status = 'pending' AND (waits OR coalesce(run_at, created_at) > now())) AS scheduled,
           count(*) FILTER (WHERE status = 'running') AS running,
           count(*) FILTER (WHERE status = 'done') AS done, count(*) FILTER (WHERE status = 'error') AS error,
           coalesce(sum(attempts), 0) AS failed_starts,
           extract(epoch FROM now()) - extract(epoch FROM min(coalesce(nullif(run_at, '-infinity'), created_at))
                   FILTER (WHERE status = 'pending' AND waits IS NULL AND coalesce(run_at, created_at) <= now())) AS oldest_due,
           count(*) FILTER (WHERE callback_status = 'delivered') AS delivered,
           count(*) FILTER (WHERE callback_status = 'failed') AS undelivered,
           count(*) FILTER (WHERE status IN ('done', 'error') AND callback_status IS NULL
                                  AND callback_url IS NOT NULL) AS outstanding, 0 AS held
      FROM ix_jobs WHERE $1::boolean GROUP BY 1
     UNION ALL
    SELECT coalesce(use_case, request ->> 'use_case'), count(*) FILTER (WHERE coalesce(run_at, created_at) <= now()),
           count(*) FILTER (WHERE coalesce(run_at, created_at) > now()), 0, 0, 0, coalesce(sum(attempts), 0),
           extract(epoch FROM now()) - extract(epoch FROM min(coalesce(nullif(run_at, '-infinity'), created_at))
                   FILTER (WHERE coalesce(run_at, created_at) <= now())), 0, 0, 0, 0
      FROM ix_jobs WHERE due_at IS NOT NULL AND (run_at IS NULL OR run_at IS NOT NULL) AND NOT $1::boolean GROUP BY 1
     UNION ALL
    SELECT coalesce(use_case, request ->> 'use_case'), count(*) FILTER (WHERE waits IS NULL AND coalesce(run_at, created_at) <= now()),
           count(*) FILTER (WHERE waits OR coalesce(run_at, created_at) > now()), 0, 0, 0, coalesce(sum(attempts), 0),
           extract(epoch FROM now()) - extract(epoch FROM min(coalesce(nullif(run_at, '-infinity'), created_at))
                   FILTER (WHERE waits IS NULL AND coalesce(run_at, created_at) <= now())), 0, 0, 0, 0
      FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT job_id FROM ix_lines WHERE NOT held AND NOT $1::boolean
                                UNION SELECT job_id FROM ix_dependencies WHERE NOT $1::boolean
                                UNION SELECT batch_id FROM ix_batches WHERE NOT $1::boolean)) AND status = 'pending' COLLATE "C"
       AND (queue IS NOT NULL OR waits) AND NOT $1::boolean GROUP BY 1
     UNION ALL
    SELECT coalesce(use_case, request ->> 'use_case'), 0, 0, count(*), 0, 0, coalesce(sum(attempts), 0), NULL, 0, 0, 0, 0
      FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT unnest(job_ids) FROM ix_running)) AND status = 'running' COLLATE "C" AND NOT $1::boolean GROUP BY 1
     UNION ALL
    SELECT coalesce(j.use_case, j.request ->> 'use_case'), 0, 0, 0, 0, 0, -sum(a.starts), NULL, 0, 0, 0, 0
      FROM ix_attempts a JOIN ix_jobs j USING (job_id)
     WHERE $1::boolean AND a.outcome = ANY ($2::text[]) AND a.attempt <= j.attempts GROUP BY 1
     UNION ALL
    SELECT coalesce(j.use_case, j.request ->> 'use_case'), 0, 0, 0, 0, 0, -sum(s.starts)::bigint, NULL, 0, 0, 0, 0
      FROM ix_jobs j, LATERAL (
               SELECT sum(a.starts) AS starts FROM ix_attempts a
                WHERE a.job_id = j.job_id AND a.attempt <= j.attempts AND a.outcome = ANY ($2::text[])) AS s
     WHERE NOT $1::boolean AND j.due_at IS NOT NULL AND (j.run_at IS NULL OR j.run_at IS NOT NULL) AND j.attempts > 0 GROUP BY 1
     UNION ALL
    SELECT coalesce(j.use_case, j.request ->> 'use_case'), 0, 0, 0, 0, 0, -sum(s.starts)::bigint, NULL, 0, 0, 0, 0
      FROM ix_jobs j, LATERAL (
               SELECT sum(a.starts) AS starts FROM ix_attempts a
                WHERE a.job_id = j.job_id AND a.attempt <= j.attempts AND a.outcome = ANY ($2::text[])) AS s
     WHERE NOT $1::boolean AND j.job_id = ANY (ARRAY(SELECT job_id FROM ix_lines WHERE NOT held AND NOT $1::boolean))
       AND j.status = 'pending' COLLATE "C" AND j.queue IS NOT NULL AND j.attempts > 0 GROUP BY 1
     UNION ALL
    SELECT coalesce(j.use_case, j.request ->> 'use_case'), 0, 0, 0, 0, 0, -sum(s.starts)::bigint, NULL, 0, 0, 0, 0
      FROM ix_jobs j, LATERAL (
               SELECT sum(a.starts) AS starts FROM ix_attempts a
                WHERE a.job_id = j.job_id AND a.attempt <= j.attempts AND a.outcome = ANY ($2::text[])) AS s
     WHERE NOT $1::boolean AND j.job_id = ANY (ARRAY(SELECT unnest(job_ids) FROM ix_running)) AND j.status = 'running' COLLATE "C"
       AND j.attempts > 0 GROUP BY 1
     UNION ALL
    SELECT coalesce(use_case, request ->> 'use_case'), 0, 0, 0, 0, 0, 0, NULL, 0, 0, 0, count(*)
      FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT job_id FROM ix_lines WHERE turn IS NULL AND asleep IS NULL)) AND status = 'pending' COLLATE "C"
       AND queue IS NOT NULL AND coalesce(run_at, created_at) <= now() GROUP BY 1
)
SELECT use_case, sum(due)::bigint AS due, sum(scheduled)::bigint AS scheduled, sum(running)::bigint AS running,
       sum(done)::bigint AS done, sum(error)::bigint AS error, greatest(sum(failed_starts), 0)::bigint AS failed_starts,
       max(oldest_due) AS oldest_due, sum(delivered)::bigint AS delivered, sum(undelivered)::bigint AS undelivered,
       sum(outstanding)::bigint AS outstanding, sum(held)::bigint AS held
  FROM counted GROUP BY use_case ORDER BY use_case;

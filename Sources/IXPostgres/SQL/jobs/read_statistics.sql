-- read_statistics: returns the queue's statistics in one statement, and so in one snapshot. With ended jobs the table
-- is read once, in parallel where the server allows. Without ended jobs ix_jobs_due and ix_jobs_running find the live
-- rows. The halves that $1 rules out are not run at all.
-- Rows have four sections: `use_case` with counts, `worker` per lease, a single `refused`, and a single `callbacks`.
-- `callbacks` counts the outbox: due, due after a failed try, and failed. Its oldest_due is the age in seconds of the
-- oldest end whose callback is due.
-- The column failed_starts counts the starts which went back, less the starts whose outcome costs nothing ($2).
-- $1 true to count ended jobs, $2 outcomes of starts that cost nothing
WITH counted AS (
    SELECT coalesce(use_case, request ->> 'use_case') AS use_case,
           count(*) FILTER (WHERE status = 'pending' AND coalesce(run_at, created_at) <= now()) AS due,
           count(*) FILTER (WHERE status = 'pending' AND coalesce(run_at, created_at) > now()) AS scheduled,
           count(*) FILTER (WHERE status = 'running') AS running,
           count(*) FILTER (WHERE status = 'done') AS done, count(*) FILTER (WHERE status = 'error') AS error,
           coalesce(sum(attempts), 0) AS failed_starts,
           extract(epoch FROM now() - min(coalesce(run_at, created_at))
                   FILTER (WHERE status = 'pending' AND coalesce(run_at, created_at) <= now())) AS oldest_due,
           count(*) FILTER (WHERE callback_status = 'delivered') AS delivered,
           count(*) FILTER (WHERE callback_status = 'failed') AS undelivered,
           count(*) FILTER (WHERE status IN ('done', 'error') AND callback_status IS NULL
                                  AND callback_url IS NOT NULL) AS outstanding
      FROM ix_jobs WHERE $1::boolean GROUP BY 1
     UNION ALL
    SELECT coalesce(use_case, request ->> 'use_case'), count(*) FILTER (WHERE coalesce(run_at, created_at) <= now()),
           count(*) FILTER (WHERE coalesce(run_at, created_at) > now()), 0, 0, 0, coalesce(sum(attempts), 0),
           extract(epoch FROM now() - min(coalesce(run_at, created_at))
                   FILTER (WHERE coalesce(run_at, created_at) <= now())), 0, 0, 0
      FROM ix_jobs WHERE status = 'pending' AND NOT $1::boolean GROUP BY 1
     UNION ALL
    SELECT coalesce(use_case, request ->> 'use_case'), 0, 0, count(*), 0, 0, coalesce(sum(attempts), 0), NULL, 0, 0, 0
      FROM ix_jobs WHERE status = 'running' AND NOT $1::boolean GROUP BY 1
     UNION ALL
    SELECT coalesce(j.use_case, j.request ->> 'use_case'), 0, 0, 0, 0, 0, -sum(a.starts), NULL, 0, 0, 0
      FROM ix_attempts a JOIN ix_jobs j USING (job_id)
     WHERE $1::boolean AND a.outcome = ANY ($2::text[]) AND a.attempt <= j.attempts GROUP BY 1
     UNION ALL
    SELECT coalesce(j.use_case, j.request ->> 'use_case'), 0, 0, 0, 0, 0, -sum(s.starts)::bigint, NULL, 0, 0, 0
      FROM ix_jobs j, LATERAL (
               SELECT sum(a.starts) AS starts FROM ix_attempts a
                WHERE a.job_id = j.job_id AND a.attempt <= j.attempts AND a.outcome = ANY ($2::text[])) AS s
     WHERE NOT $1::boolean AND j.status = 'pending' AND j.attempts > 0 GROUP BY 1
     UNION ALL
    SELECT coalesce(j.use_case, j.request ->> 'use_case'), 0, 0, 0, 0, 0, -sum(s.starts)::bigint, NULL, 0, 0, 0
      FROM ix_jobs j, LATERAL (
               SELECT sum(a.starts) AS starts FROM ix_attempts a
                WHERE a.job_id = j.job_id AND a.attempt <= j.attempts AND a.outcome = ANY ($2::text[])) AS s
     WHERE NOT $1::boolean AND j.status = 'running' AND j.attempts > 0 GROUP BY 1
)
SELECT 'use_case' AS section, use_case AS name, sum(due)::bigint AS due, sum(scheduled)::bigint AS scheduled,
       sum(running)::bigint AS running, sum(done)::bigint AS done, sum(error)::bigint AS error,
       greatest(sum(failed_starts), 0)::bigint AS failed_starts, max(oldest_due) AS oldest_due,
       sum(delivered)::bigint AS delivered, sum(undelivered)::bigint AS undelivered,
       sum(outstanding)::bigint AS outstanding, NULL::uuid AS worker_id, NULL AS host, NULL::integer AS pid,
       NULL AS version, NULL AS started_at, NULL::double precision AS lease_left,
       NULL AS open_breakers, NULL AS serves
  FROM counted GROUP BY use_case
 UNION ALL
SELECT 'worker', instance, 0, 0, (SELECT count(*) FROM ix_jobs j WHERE j.worker_id = w.worker_id AND j.status = 'running'),
       0, 0, 0, NULL, 0, 0, 0, worker_id, host, pid, version,
       to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), extract(epoch FROM lease_until - now()),
       open_breakers::text, array_to_json(serves)::text
  FROM ix_workers w WHERE lease_until > now()
 UNION ALL
SELECT 'refused', NULL, 0, 0, 0, 0, 0, (SELECT count(*) FROM ix_refused_writes), NULL, 0, 0, 0, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL
 UNION ALL
SELECT 'callbacks', NULL, count(*) FILTER (WHERE state = 'due'), count(*) FILTER (WHERE state = 'due' AND tries > 0), 0, 0,
       count(*) FILTER (WHERE state = 'failed'), 0, extract(epoch FROM now() - min(ended_at) FILTER (WHERE state = 'due')),
       0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM ix_callbacks WHERE state IN ('due', 'failed')
 ORDER BY section, name, host, pid;

-- read_statistics: what the queue holds, in one snapshot since it is one statement. Live jobs by ix_jobs_due and
-- ix_jobs_running; ended ones only by reading the table once, which $1 can leave out.
-- Rows of three sections: `use_case` with counts, `worker` per lease, `refused` once.
-- $1 whether to count ended jobs
WITH live AS MATERIALIZED (
    SELECT coalesce(use_case, request ->> 'use_case') AS use_case, worker_id, status, attempts,
           coalesce(run_at, created_at) AS due_at FROM ix_jobs WHERE status = 'pending'
     UNION ALL
    SELECT coalesce(use_case, request ->> 'use_case'), worker_id, status, attempts, NULL
      FROM ix_jobs WHERE status = 'running'
), counted AS (
    SELECT use_case, count(*) FILTER (WHERE due_at <= now()) AS due, count(*) FILTER (WHERE due_at > now()) AS scheduled,
           count(*) FILTER (WHERE status = 'running') AS running, 0::bigint AS done, 0::bigint AS error,
           coalesce(sum(attempts), 0) AS failed_starts,
           extract(epoch FROM now() - min(due_at) FILTER (WHERE due_at <= now())) AS oldest_due,
           0::bigint AS delivered, 0::bigint AS undelivered, 0::bigint AS outstanding
      FROM live GROUP BY 1
     UNION ALL
    SELECT coalesce(use_case, request ->> 'use_case'), 0, 0, 0, count(*) FILTER (WHERE status = 'done'),
           count(*) FILTER (WHERE status = 'error'), coalesce(sum(attempts), 0), NULL,
           count(*) FILTER (WHERE callback_status = 'delivered'), count(*) FILTER (WHERE callback_status = 'failed'),
           count(*) FILTER (WHERE callback_status IS NULL AND callback_url IS NOT NULL)
      FROM ix_jobs WHERE $1::boolean AND status IN ('done', 'error') GROUP BY 1
)
SELECT 'use_case' AS section, use_case AS name, sum(due)::bigint AS due, sum(scheduled)::bigint AS scheduled,
       sum(running)::bigint AS running, sum(done)::bigint AS done, sum(error)::bigint AS error,
       sum(failed_starts)::bigint AS failed_starts, max(oldest_due) AS oldest_due,
       sum(delivered)::bigint AS delivered, sum(undelivered)::bigint AS undelivered,
       sum(outstanding)::bigint AS outstanding, NULL::uuid AS worker_id, NULL AS host, NULL::integer AS pid,
       NULL AS version, NULL AS started_at, NULL::double precision AS lease_left
  FROM counted GROUP BY use_case
 UNION ALL
SELECT 'worker', instance, 0, 0, (SELECT count(*) FROM live WHERE live.worker_id = w.worker_id AND status = 'running'),
       0, 0, 0, NULL, 0, 0, 0, worker_id, host, pid, version,
       to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), extract(epoch FROM lease_until - now())
  FROM ix_workers w WHERE lease_until > now()
 UNION ALL
SELECT 'refused', NULL, 0, 0, 0, 0, 0, (SELECT count(*) FROM ix_refused_writes), NULL, 0, 0, 0, NULL, NULL, NULL, NULL,
       NULL, NULL
 ORDER BY section, name, host, pid;

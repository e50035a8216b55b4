-- foreign_work: lists use cases of jobs due within a minute for which this daemon has no pipeline. `is_served`: a
-- live daemon has such a pipeline.
-- A last row without a use case describes the live daemons. `differ`: a live daemon serves different use cases than
-- this daemon; `daemons`: the number of daemons; `rank`: this daemon's rank. `has_orphans`: sweep_orphans or cut_running may
-- find a row. `has_expired`, `has_early`, `has_suspects`: expire_pending, catch_up_pending or the suspects have work. So an
-- idle daemon asks once where it would ask five times.
-- The walk takes a step in ix_jobs_due_by_use_case for each use case with pending jobs, up to 1,000; no more rows are
-- read.
-- The clauses on use_case lead the planner to ix_jobs_due_by_use_case alone.
-- $1 daemon_id, $2 use cases that this daemon serves, in order, null for every use case
WITH RECURSIVE waiting AS (
    (SELECT use_case COLLATE "C" AS use_case FROM ix_jobs
      WHERE due_at IS NOT NULL AND use_case IS NOT NULL AND $2::text[] IS NOT NULL
      ORDER BY use_case COLLATE "C" LIMIT 1)
     UNION ALL
    SELECT (SELECT use_case COLLATE "C" FROM ix_jobs
             WHERE due_at IS NOT NULL AND use_case COLLATE "C" > w.use_case AND use_case IS NOT NULL
             ORDER BY use_case COLLATE "C" LIMIT 1)
      FROM waiting w WHERE w.use_case IS NOT NULL),
lines AS (
    (SELECT queue FROM ix_lines WHERE turn IS NULL AND asleep IS NULL AND $2::text[] IS NOT NULL ORDER BY queue LIMIT 1)
     UNION ALL
    SELECT (SELECT l.queue FROM ix_lines l WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue > w.queue ORDER BY l.queue LIMIT 1)
      FROM lines w WHERE w.queue IS NOT NULL),
names AS (
    SELECT w.use_case
      FROM (SELECT use_case FROM waiting LIMIT 1000) AS w
     WHERE w.use_case <> ALL ($2::text[])
       AND EXISTS (SELECT 1 FROM ix_jobs j
                    WHERE j.use_case COLLATE "C" = w.use_case AND j.use_case IS NOT NULL
                      AND j.due_at <= now() + interval '1 minute')
     UNION
    -- An old program's rows lack use_case in the column.
    SELECT n.use_case
      FROM (SELECT (request ->> 'use_case') COLLATE "C" AS use_case FROM ix_jobs
             WHERE due_at IS NOT NULL AND use_case IS NULL AND $2::text[] IS NOT NULL
             ORDER BY use_case COLLATE "C", due_at, job_id LIMIT 1000) AS n
     WHERE n.use_case <> ALL ($2::text[])
     UNION
    -- The first job of each line.
    SELECT n.use_case
      FROM (SELECT coalesce(j.use_case, j.request ->> 'use_case') COLLATE "C" AS use_case
              FROM (SELECT queue FROM lines LIMIT 1000) AS w, LATERAL (
                       SELECT l.job_id FROM ix_lines l
                        WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = w.queue ORDER BY l.priority LIMIT 1) AS h,
                   LATERAL (SELECT q.use_case, q.request FROM ix_jobs q WHERE q.job_id = h.job_id OFFSET 0) AS j) AS n
     WHERE n.use_case <> ALL ($2::text[]))
SELECT n.use_case,
       EXISTS (SELECT 1 FROM ix_daemons w
                WHERE w.lease_until > now() AND (w.serves IS NULL OR n.use_case = ANY (w.serves))) AS is_served,
       NULL::boolean AS differ, NULL::bigint AS daemons, NULL::bigint AS rank,
       NULL::boolean AS has_orphans, NULL::boolean AS has_expired, NULL::boolean AS has_early, NULL::boolean AS has_suspects
  FROM names n
 UNION ALL
SELECT NULL, NULL, coalesce(bool_or(daemon_id <> $1::uuid AND serves IS DISTINCT FROM $2::text[]), false), count(*),
       count(*) FILTER (WHERE daemon_id < $1::uuid),
       EXISTS (SELECT 1 FROM ix_running r
                WHERE NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = r.daemon_id AND w.lease_until > now())),
       EXISTS (SELECT 1 FROM ix_expiring WHERE expires_at <= now()),
       EXISTS (SELECT 1 FROM (SELECT run_at, created_at FROM ix_jobs
                               WHERE due_at > now() + interval '1 second' AND (run_at IS NULL OR run_at IS NOT NULL)
                               ORDER BY due_at, job_id LIMIT 1000) AS ahead
                WHERE run_at IS NULL AND isfinite(created_at)),
       EXISTS (SELECT 1 FROM ix_suspects)
  FROM ix_daemons WHERE lease_until > now();

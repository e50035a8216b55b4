-- end_unserved: ends jobs in error, code `unknown_use_case`, with all that follows an end. Such a job has no pipeline on
-- any live daemon, and has been due for $2 seconds.
-- Index: ix_jobs_due_by_use_case, ix_lines_line. SKIP LOCKED leaves a row to the claim that locks the row; the UPDATE checks status
-- and daemons once more.
-- The clauses on use_case lead the SELECTs to that index. The array keeps the planner from joining many rows, because
-- such a join would read the whole table.
-- $1 use cases, $2 seconds for which a job must have been due, $3 limit
WITH unserved AS (
    SELECT n.use_case FROM unnest($1::text[]) AS n (use_case)
     WHERE NOT EXISTS (SELECT 1 FROM ix_daemons w
                        WHERE w.lease_until > now() AND (w.serves IS NULL OR n.use_case = ANY (w.serves)))),
named AS MATERIALIZED (
    SELECT j.job_id, u.use_case
      FROM unserved u, LATERAL (
               SELECT q.job_id FROM ix_jobs q
                WHERE q.use_case COLLATE "C" = u.use_case AND q.use_case IS NOT NULL
                  AND q.due_at <= now() - make_interval(secs => $2::double precision)
                ORDER BY q.due_at, q.job_id LIMIT $3::integer
                  FOR UPDATE SKIP LOCKED) AS j
     LIMIT $3::integer),
-- An old program's rows lack use_case in the column.
nameless AS MATERIALIZED (
    SELECT j.job_id, j.request ->> 'use_case' AS use_case FROM ix_jobs j
     WHERE j.use_case IS NULL AND j.request ->> 'use_case' = ANY (ARRAY(SELECT u.use_case FROM unserved u))
       AND j.due_at <= now() - make_interval(secs => $2::double precision)
     ORDER BY j.use_case COLLATE "C", j.due_at, j.job_id LIMIT $3::integer FOR UPDATE SKIP LOCKED),
-- Jobs in the line of the use case.
lined AS MATERIALIZED (
    SELECT j.job_id, u.use_case
      FROM unserved u, LATERAL (
               SELECT l.job_id FROM ix_lines l
                WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = u.use_case ORDER BY l.priority LIMIT $3::integer) AS l,
           LATERAL (
               SELECT q.job_id FROM ix_jobs q
                WHERE q.job_id = l.job_id AND q.status = 'pending' COLLATE "C" AND q.use_case = u.use_case
                  AND coalesce(q.run_at, q.created_at) <= now() - make_interval(secs => $2::double precision)
                  FOR UPDATE SKIP LOCKED) AS j
     LIMIT $3::integer),
late AS MATERIALIZED (SELECT * FROM named UNION ALL SELECT * FROM nameless UNION ALL SELECT * FROM lined),
ended AS (
    UPDATE ix_jobs AS j
       SET status = 'error', finished_at = now(),
           response = ix_error(j, 'unknown_use_case',
                               'no pipeline is configured for use case ' || chr(39) || late.use_case || chr(39))
      FROM late
     WHERE j.job_id = ANY (ARRAY(SELECT job_id FROM late)) AND j.job_id = late.job_id AND j.status = 'pending' COLLATE "C"
       AND NOT EXISTS (SELECT 1 FROM ix_daemons w
                        WHERE w.lease_until > now() AND (w.serves IS NULL OR late.use_case = ANY (w.serves)))
    RETURNING j.*, ix_has_followers(j) AS has_followers),
followed AS MATERIALIZED (
    SELECT count(*) AS callbacks FROM ix_after_end(ARRAY(SELECT job_id FROM ended WHERE has_followers), false))
SELECT job_id, ix_id, client_id, request_id, use_case, status, attempts, callback_url IS NOT NULL AS is_callback_due,
       response -> 'error' ->> 'code' AS error_code
  FROM ended, followed;

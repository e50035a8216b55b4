-- end_unserved: ends jobs in error, code `unknown_use_case`, with their callbacks due. Such a job has no pipeline on
-- any live daemon, and has been due for $2 seconds.
-- Index: ix_jobs_due_by_use_case. SKIP LOCKED leaves a row to the claim that locks the row; the UPDATE checks status
-- and daemons once more.
-- COLLATE "C" leads the SELECTs to that index and the UPDATE to the primary key. The array keeps the planner from
-- joining many rows, because such a join would read the whole table.
-- $1 use cases, $2 seconds for which a job must have been due, $3 limit
WITH unserved AS (
    SELECT n.use_case FROM unnest($1::text[]) AS n (use_case)
     WHERE NOT EXISTS (SELECT 1 FROM ix_daemons w
                        WHERE w.lease_until > now() AND (w.serves IS NULL OR n.use_case = ANY (w.serves)))),
named AS MATERIALIZED (
    SELECT j.job_id, u.use_case
      FROM unserved u, LATERAL (
               SELECT q.job_id FROM ix_jobs q
                WHERE q.status = 'pending' COLLATE "C" AND q.use_case = u.use_case
                  AND coalesce(q.run_at, q.created_at) <= now() - make_interval(secs => $2::double precision)
                ORDER BY coalesce(q.run_at, q.created_at), q.job_id LIMIT $3::integer
                  FOR UPDATE SKIP LOCKED) AS j
     LIMIT $3::integer),
-- An old program's rows lack use_case in the column.
nameless AS MATERIALIZED (
    SELECT j.job_id, j.request ->> 'use_case' AS use_case FROM ix_jobs j
     WHERE j.status = 'pending' COLLATE "C" AND j.use_case IS NULL
       AND j.request ->> 'use_case' = ANY (ARRAY(SELECT u.use_case FROM unserved u))
       AND coalesce(j.run_at, j.created_at) <= now() - make_interval(secs => $2::double precision)
     ORDER BY j.use_case, coalesce(j.run_at, j.created_at), j.job_id LIMIT $3::integer FOR UPDATE SKIP LOCKED),
late AS MATERIALIZED (SELECT * FROM named UNION ALL SELECT * FROM nameless),
ended AS (
    UPDATE ix_jobs AS j
       SET status = 'error', finished_at = now(),
           response = ix_error(j, 'unknown_use_case',
                               'no pipeline is configured for use case ' || chr(39) || late.use_case || chr(39))
      FROM late
     WHERE j.job_id = ANY (ARRAY(SELECT job_id FROM late)) AND j.job_id = late.job_id AND j.status = 'pending' COLLATE "C"
       AND NOT EXISTS (SELECT 1 FROM ix_daemons w
                        WHERE w.lease_until > now() AND (w.serves IS NULL OR late.use_case = ANY (w.serves)))
    RETURNING j.*),
due AS (
    INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
    SELECT job_id, left(coalesce(client_id, ''), 255), callback_url, status, response::text FROM ended WHERE callback_url IS NOT NULL
        ON CONFLICT DO NOTHING)
SELECT job_id, ix_id, client_id, request_id, use_case, status, attempts, callback_url IS NOT NULL AS is_callback_due,
       response -> 'error' ->> 'code' AS error_code
  FROM ended;

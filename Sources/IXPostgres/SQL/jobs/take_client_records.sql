-- take_client_records: locks a client's next jobs for a move to another store, as take_records does for every client, while
-- daemons go on. Index: the unique index of client_id and request_id, whose order lets a page continue after the previous
-- page; a client of few jobs costs few reads in a large table. A parent stays until its dependent jobs have left, as in take_records.
-- $1 client_id, $2 request_id after which the walk continues, or null, $3 limit, $4 true takes running rows from their daemons
WITH taken AS MATERIALIZED (
    SELECT job_id, request_id, claim_id, status FROM ix_jobs
     WHERE client_id = $1 AND request_id > coalesce($2, '')
       AND (status COLLATE "C" IN ('pending', 'done', 'error') OR status = 'running' COLLATE "C" AND $4::boolean)
       AND (SELECT d.job_id FROM ix_dependencies d WHERE d.after_job = ix_jobs.job_id LIMIT 1) IS NULL
     ORDER BY request_id LIMIT $3::integer
       FOR UPDATE SKIP LOCKED),
stopped AS MATERIALIZED (
    SELECT h.job_id
      FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM taken WHERE status = 'running') AS o,
           LATERAL ix_hand_back(o.jobs, o.claims, 'taken', false, NULL, 'attempts_exhausted',
                                'every allowed start failed or was lost with its daemon') AS h)
SELECT job_id, (SELECT count(*) FROM stopped) AS stopped FROM taken ORDER BY request_id;

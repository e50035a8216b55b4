-- take_records: locks the next jobs that leave the store; read_records reads the jobs, remove_taken deletes the jobs,
-- in one transaction. Running rows go through ix_hand_back first, which is the sweep's own transition, so that no claim
-- leaves the store with the rows. Rows that another transaction holds are skipped, because the transaction of a
-- producer or worker ends and the next look finds the rows. Index: the primary key, as ended_records.
-- Rows that legacy code left without keys, or under a status of its own, stay, because no store accepts such rows.
-- A parent stays until its dependent jobs have left, so that no pass finds a parent gone and fails a dependent job. A
-- dependent job leaves with the list of its parents, and a finisher with its batch (read_waits).
-- $1 job_id after which the walk continues, or null, $2 limit, $3 true takes running rows from their daemons
WITH taken AS MATERIALIZED (
    SELECT job_id, claim_id, status FROM ix_jobs
     WHERE job_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') AND job_id IS DISTINCT FROM $1::uuid
       AND (status COLLATE "C" IN ('pending', 'done', 'error') OR status = 'running' COLLATE "C" AND $3::boolean)
       AND client_id IS NOT NULL AND request_id IS NOT NULL
       AND (SELECT d.job_id FROM ix_dependencies d WHERE d.after_job = ix_jobs.job_id LIMIT 1) IS NULL
     ORDER BY job_id LIMIT $2::integer
       FOR UPDATE SKIP LOCKED),
stopped AS MATERIALIZED (
    SELECT h.job_id
      FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM taken WHERE status = 'running') AS o,
           LATERAL ix_hand_back(o.jobs, o.claims, 'taken', false, NULL, 'attempts_exhausted',
                                'every allowed start failed or was lost with its daemon') AS h)
SELECT job_id, (SELECT count(*) FROM stopped) AS stopped FROM taken ORDER BY job_id;

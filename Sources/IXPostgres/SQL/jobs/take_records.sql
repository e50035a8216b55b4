-- take_records: locks the jobs which leave the store next. In the same transaction read_records reads the jobs, and
-- remove_taken deletes the jobs.
-- Running rows go through ix_hand_back first, which is the sweep's own transition, so that no claim leaves with the
-- rows.
-- Rows locked by another transaction are skipped: a producer's or a daemon's transaction ends, and the next call
-- finds the rows. Index: the primary key, as in ended_records.
-- $1 the last call's last job_id, or null, $2 limit, $3 true to take running rows from their daemons
WITH taken AS MATERIALIZED (
    SELECT job_id, claim_id, status FROM ix_jobs
     WHERE job_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') AND job_id IS DISTINCT FROM $1::uuid
       AND (status <> 'running' OR $3::boolean)
     ORDER BY job_id LIMIT $2::integer
       FOR UPDATE SKIP LOCKED),
stopped AS MATERIALIZED (
    SELECT h.job_id
      FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM taken WHERE status = 'running') AS o,
           LATERAL ix_hand_back(o.jobs, o.claims, 'taken', false, NULL, 'attempts_exhausted',
                                'every allowed start failed or was lost with its daemon') AS h)
SELECT job_id, (SELECT count(*) FROM stopped) AS stopped FROM taken ORDER BY job_id;

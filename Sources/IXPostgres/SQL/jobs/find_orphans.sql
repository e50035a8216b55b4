-- find_orphans: returns the running rows which sweep_orphans would take, and the columns that decide which job a
-- daemon's death is charged to. Jobs of a daemon come together, suspects first.
-- The statement locks nothing. ix_running names every job that may run; the rows of living daemons are left out, because
-- a living daemon's jobs are no orphans. Index: the primary key. The array keeps the planner from joining many rows.
-- $1 limit, $2 seconds after which a row without a lease is an orphan, $3 the moment by which leases are judged, in
-- seconds since 1970, never later than the clock; -Infinity finds only leases ended by end_lease
WITH orphans AS MATERIALIZED (
    SELECT j.job_id, j.daemon_id, j.max_attempts FROM ix_jobs j
     WHERE j.job_id = ANY (ARRAY(
               SELECT unnest(r.job_ids) FROM ix_running r
                WHERE NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = r.daemon_id
                                     AND w.lease_until > least(now(), to_timestamp($3::double precision)))))
       AND j.status = 'running' COLLATE "C"
       AND CASE WHEN j.daemon_id IS NULL
                THEN coalesce(nullif(j.started_at, 'infinity'), nullif(j.created_at, 'infinity'), '-infinity') < now() - make_interval(secs => $2::double precision)
                ELSE NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = j.daemon_id
                                    AND w.lease_until > least(now(), to_timestamp($3::double precision)))
           END
     ORDER BY j.daemon_id LIMIT $1::integer)
SELECT o.job_id, o.daemon_id, o.max_attempts, s.job_id IS NOT NULL AS suspect
  FROM orphans o LEFT JOIN ix_suspects s ON s.job_id = o.job_id
 ORDER BY o.daemon_id, s.job_id IS NULL, o.job_id;

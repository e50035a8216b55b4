-- sweep_orphans: running rows without a living daemon go back to pending, or to error when their starts are used up.
-- An orphan is a row whose daemon's lease has run out, or a row without a daemon that was started longer ago than $2. A
-- row of legacy code without a start time, or with the start time infinity, counts as started long ago.
-- Without $4, ix_running names the jobs, as in find_orphans. Index: the primary key.
-- The lock checks again each row that changed meanwhile. Rows that another transaction holds are skipped, because their
-- owner is alive.
-- The second check reads the newest row, but the daemons of the statement's snapshot. A job that was swept meanwhile,
-- and claimed by a daemon that registered meanwhile, would look like an orphan; so the claim must be the one of the snapshot. No
-- clock decides, since the clock may have been set back behind the start.
-- A lease is judged by the clock, but by no moment later than $3, so that a clock that jumped, or an outage of all
-- daemons, makes no orphans. A job that may have killed its daemon, or that ran beside such a job, loses no start ($5).
-- $1 limit, $2 seconds after which a row without a lease counts as lost, $3 as in find_orphans, $4 the jobs to sweep,
-- null for all jobs, $5 uncharged
WITH orphans AS MATERIALIZED (
    SELECT j.job_id, j.claim_id FROM ix_jobs j
     WHERE j.job_id = ANY (coalesce($4::uuid[], ARRAY(
               SELECT unnest(r.job_ids) FROM ix_running r
                WHERE NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = r.daemon_id
                                     AND w.lease_until > least(now(), to_timestamp($3::double precision))))))
       AND j.status = 'running' COLLATE "C"
       AND CASE WHEN j.daemon_id IS NULL
                THEN coalesce(nullif(j.started_at, 'infinity'), nullif(j.created_at, 'infinity'), '-infinity') < now() - make_interval(secs => $2::double precision)
                ELSE NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = j.daemon_id
                                    AND w.lease_until > least(now(), to_timestamp($3::double precision)))
           END
       AND (SELECT (s.claim_id, s.started_at) IS NOT DISTINCT FROM (j.claim_id, j.started_at) FROM ix_jobs s WHERE s.job_id = j.job_id)
     ORDER BY j.daemon_id LIMIT $1::integer
       FOR UPDATE OF j SKIP LOCKED)
SELECT h.*
  FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM orphans) AS o,
       LATERAL ix_hand_back(o.jobs, o.claims, CASE WHEN $5::boolean THEN 'suspect' ELSE 'lost' END,
                            $5::boolean, NULL, 'attempts_exhausted',
                            'every allowed start failed or was lost with its daemon') AS h;

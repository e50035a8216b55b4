-- sweep_orphans: returns orphans to pending, or ends orphans in error when their starts are used up.
-- An orphan is a running row whose daemon's lease has ended, or a running row without a daemon that started longer
-- than $2 ago.
-- Index: ix_jobs_running, an entry per running job; ordering by worker_id makes every plan without the index dearer.
-- The lock checks again a row that changed meanwhile. Rows locked by another transaction are skipped, because their
-- owner is alive.
-- The lock checks the newest version of the row, but the daemons of the statement's first snapshot. A job both swept
-- and claimed meanwhile by a newly registered daemon would look like an orphan. Comparing started_at with now()
-- excludes such a job, because the job started after this statement did.
-- A lease is judged by the clock, but by no moment later than $3. So a clock that jumped, or an outage shared by all
-- daemons, makes no orphans.
-- A job which may have killed its daemon, or ran beside such a job, loses no start by the death ($5).
-- $1 limit, $2 seconds after which a row without a lease is an orphan, $3 as in find_orphans, $4 the jobs, null for
-- all, $5 blameless
WITH orphans AS MATERIALIZED (
    SELECT j.job_id, j.claim_id FROM ix_jobs j
     WHERE j.status = 'running'
       AND CASE WHEN j.worker_id IS NULL
                THEN coalesce(j.started_at, j.created_at) < now() - make_interval(secs => $2::double precision)
                ELSE NOT EXISTS (SELECT 1 FROM ix_workers w WHERE w.worker_id = j.worker_id
                                    AND w.lease_until > least(now(), to_timestamp($3::double precision)))
           END
       AND coalesce(j.started_at, j.created_at) <= now()
       AND ($4::uuid[] IS NULL OR j.job_id = ANY ($4::uuid[]))
     ORDER BY j.worker_id LIMIT $1::integer
       FOR UPDATE OF j SKIP LOCKED)
SELECT h.*
  FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM orphans) AS o,
       LATERAL ix_hand_back(o.jobs, o.claims, CASE WHEN $5::boolean THEN 'suspect' ELSE 'lost' END,
                            $5::boolean, NULL, 'attempts_exhausted',
                            'every allowed start failed or was lost with its daemon') AS h;

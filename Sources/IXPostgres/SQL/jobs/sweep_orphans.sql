-- sweep_orphans: running rows that nobody runs go back to pending, or to error when their starts are used up.
-- An orphan is a row whose worker's lease has run out, or, without a worker, one started longer ago than $2. A row of other code
-- that doesn't say when it started, or says never, was started long ago.
-- Index: ix_jobs_running, as many entries as jobs run; asking for its order makes every other way dearer. The lock re-checks a
-- row that changed meanwhile, and rows that another transaction holds are skipped: their owner is alive.
-- The lock re-checks by the newest row, but by the workers that the statement saw at first: a job that was swept, and
-- claimed by a worker that registered, both meanwhile, would look like an orphan; it started after this statement did.
-- A lease is judged by the clock, but by no moment later than $3: a clock that jumped, or an outage that was the same for all
-- daemons, makes no orphans. A job that may have killed its daemon, or was with one that did, loses no start by it ($5).
-- $1 limit, $2 seconds after which a row without a lease counts as lost, $3 as in find_orphans, $4 which jobs, null for all,
-- $5 blameless
WITH orphans AS MATERIALIZED (
    SELECT j.job_id, j.claim_id FROM ix_jobs j
     WHERE j.status = 'running'
       AND CASE WHEN j.worker_id IS NULL
                THEN coalesce(nullif(j.started_at, 'infinity'), nullif(j.created_at, 'infinity'), '-infinity') < now() - make_interval(secs => $2::double precision)
                ELSE NOT EXISTS (SELECT 1 FROM ix_workers w WHERE w.worker_id = j.worker_id
                                    AND w.lease_until > least(now(), to_timestamp($3::double precision)))
           END
       AND coalesce(nullif(j.started_at, 'infinity'), nullif(j.created_at, 'infinity'), '-infinity') <= now()
       AND ($4::uuid[] IS NULL OR j.job_id = ANY ($4::uuid[]))
     ORDER BY j.worker_id LIMIT $1::integer
       FOR UPDATE OF j SKIP LOCKED)
SELECT h.*
  FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM orphans) AS o,
       LATERAL ix_hand_back(o.jobs, o.claims, CASE WHEN $5::boolean THEN 'suspect' ELSE 'lost' END,
                            $5::boolean, NULL, 'attempts_exhausted',
                            'every allowed start failed or was lost with its daemon') AS h;

-- hand_back_lost_claims: hands back rows which name this daemon but which the daemon doesn't run, because the claim's
-- reply was lost.
-- Index: ix_jobs_running. The planner expects a range (BETWEEN) to be small, regardless of the statistics of single
-- daemons.
-- $1 daemon_id, $2 claims that run, as a uuid array, $3 seconds for which a reply may be under way
WITH lost AS MATERIALIZED (
    SELECT job_id, claim_id FROM ix_jobs
     WHERE status = 'running' AND daemon_id BETWEEN (SELECT $1::uuid) AND (SELECT $1::uuid) AND NOT claim_id = ANY ($2::uuid[])
       AND started_at < now() - make_interval(secs => $3::double precision)
       FOR UPDATE SKIP LOCKED)
SELECT h.*
  FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM lost) AS o,
       LATERAL ix_hand_back(o.jobs, o.claims, 'lost_claim', true, NULL, 'attempts_exhausted', 'the claim was lost') AS h;

-- hand_back_lost_claims: hands back rows which name this daemon but which the daemon doesn't run, because the claim's
-- reply was lost.
-- ix_running names the jobs that may run here. Index: the primary key; the array keeps the planner from joining many rows.
-- $1 daemon_id, $2 claims that run, as a uuid array, $3 seconds for which a reply may be under way
WITH lost AS MATERIALIZED (
    SELECT job_id, claim_id FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT unnest(job_ids) FROM ix_running WHERE daemon_id = $1::uuid))
       AND status = 'running' COLLATE "C" AND daemon_id = $1::uuid AND NOT claim_id = ANY ($2::uuid[])
       AND started_at < now() - make_interval(secs => $3::double precision)
       FOR UPDATE SKIP LOCKED)
SELECT h.*
  FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM lost) AS o,
       LATERAL ix_hand_back(o.jobs, o.claims, 'lost_claim', true, NULL, 'attempts_exhausted', 'the claim was lost') AS h;

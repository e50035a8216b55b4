-- hand_back: the attempt that holds the job gives it up through the sweep's own transition (ix_hand_back).
-- $1 job_id, $2 attempts, $3 claim_id, $4 blameless, $5 pause in seconds or null, $6 code, $7 message
WITH held AS MATERIALIZED (
    SELECT job_id, claim_id FROM ix_jobs
     WHERE job_id = $1::uuid AND status = 'running' AND attempts = $2::integer AND claim_id = $3::uuid
       FOR UPDATE)
SELECT h.*
  FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM held) AS o,
       LATERAL ix_hand_back(o.jobs, o.claims, $4::boolean, make_interval(secs => $5::double precision),
                            $6::text, $7::text) AS h;

-- hand_back: gives up the job that the attempt holds, through the sweep's own transition (ix_hand_back).
-- $1 job_id, $2 attempts, $3 claim_id, $4 outcome, $5 uncharged, $6 pause in seconds or null, $7 code, $8 message
WITH held AS MATERIALIZED (
    SELECT job_id, claim_id FROM ix_jobs
     WHERE job_id = $1::uuid AND status = 'running' COLLATE "C" AND attempts = $2::integer AND claim_id = $3::uuid
       FOR UPDATE)
SELECT h.*
  FROM (SELECT array_agg(job_id) AS jobs, array_agg(claim_id) AS claims FROM held) AS o,
       LATERAL ix_hand_back(o.jobs, o.claims, $4::text, $5::boolean,
                            make_interval(secs => $6::double precision), $7::text, $8::text) AS h;

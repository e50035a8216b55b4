-- read_held_claims: returns the claims by which this daemon holds jobs, so that the daemon can compare the claims
-- with its running jobs.
-- ix_running names the jobs that may run here. Index: the primary key; the array keeps the planner from joining many rows.
-- $1 daemon_id
SELECT claim_id, cancel_requested_at IS NOT NULL AS cancelled
  FROM ix_jobs
 WHERE job_id = ANY (ARRAY(SELECT unnest(job_ids) FROM ix_running WHERE daemon_id = $1::uuid))
   AND status = 'running' COLLATE "C" AND daemon_id = $1::uuid;

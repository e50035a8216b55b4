-- read_held_claims: the claims by which this worker holds jobs, for it to compare with what it runs. Index: ix_jobs_running.
-- $1 worker_id
SELECT claim_id, cancel_requested_at IS NOT NULL AS cancelled
  FROM ix_jobs WHERE status = 'running' AND worker_id = $1::uuid;

-- read_held_claims: the claims by which this worker holds jobs, for it to compare with what it runs. Index: ix_jobs_running.
-- A range of one worker is believed to be small whatever statistics say of single workers.
-- $1 worker_id
SELECT claim_id, cancel_requested_at IS NOT NULL AS cancelled
  FROM ix_jobs WHERE status = 'running' AND worker_id BETWEEN (SELECT $1::uuid) AND (SELECT $1::uuid);

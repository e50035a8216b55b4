-- read_held_claims: returns the claims by which this daemon holds jobs, so that the daemon can compare the claims
-- with its running jobs.
-- Index: ix_jobs_running. The planner expects a range (BETWEEN) to be small, regardless of the statistics of single
-- daemons.
-- $1 daemon_id
SELECT claim_id, cancel_requested_at IS NOT NULL AS cancelled
  FROM ix_jobs WHERE status = 'running' AND daemon_id BETWEEN (SELECT $1::uuid) AND (SELECT $1::uuid);

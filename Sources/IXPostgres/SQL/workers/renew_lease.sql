-- renew_lease: the heartbeat, one for all the jobs of a process, answered by the claims by which it holds jobs; one row without
-- a claim when it holds none. No row: the lease ran out, its jobs may be gone. Index: ix_jobs_running.
-- A range of one worker is believed to be small whatever statistics say of single workers.
-- $1 worker_id, $2 lease in seconds
WITH renewed AS (
    UPDATE ix_workers SET renewed_at = now(), lease_until = now() + make_interval(secs => $2::double precision)
     WHERE worker_id = $1::uuid AND lease_until > now()
    RETURNING worker_id)
SELECT j.claim_id, j.cancel_requested_at IS NOT NULL AS cancelled
  FROM renewed LEFT JOIN ix_jobs j ON j.status = 'running' AND j.worker_id BETWEEN (SELECT $1::uuid) AND (SELECT $1::uuid);

-- renew_lease: the heartbeat, one for all the jobs of a process. No row: the lease ran out, its jobs may be gone.
-- $1 worker_id, $2 lease in seconds
UPDATE ix_workers SET renewed_at = now(), lease_until = now() + make_interval(secs => $2::double precision)
 WHERE worker_id = $1::uuid AND lease_until > now()
RETURNING worker_id;

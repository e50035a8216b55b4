-- renew_lease: renews the lease for all jobs of a daemon. The heartbeat touches no table of jobs, so that a lock on a
-- job costs no lease; read_held_claims reads the held jobs separately.
-- A lease which has ended is revived: each job is held by its claim, and read_held_claims shows a job that a sweep
-- took. No row comes back when the daemon was declared gone, or has no entry.
-- $1 daemon_id, $2 lease in seconds, $3 workers
UPDATE ix_daemons SET renewed_at = now(), lease_until = now() + make_interval(secs => $2::double precision),
       workers = $3::integer
 WHERE daemon_id = $1::uuid AND lease_until > '-infinity'
RETURNING extract(epoch FROM clock_timestamp())::double precision AS clock, wanted_workers;

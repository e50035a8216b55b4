-- renew_lease: renews the lease for all jobs of a daemon. The heartbeat touches no table of jobs, so that a lock on a
-- job costs no lease; read_held_claims reads the held jobs separately.
-- A lease which has ended is revived: each job is held by its claim, and read_held_claims shows a job that a sweep
-- took. No row comes back when the daemon was declared gone, or has no entry.
-- Another daemon's lease that was renewed ahead of the clock is from before the clock was set back. Its whole length counts from
-- now on, so that a lost daemon's jobs wait no longer than without the step; a daemon that lives renews it. SKIP LOCKED, and
-- behind the own row (the count makes the order): a heartbeat waits for no other.
-- $1 daemon_id, $2 lease in seconds, $3 workers
WITH own AS (
    UPDATE ix_daemons SET renewed_at = now(), lease_until = now() + make_interval(secs => $2::double precision),
           workers = $3::integer
     WHERE daemon_id = $1::uuid AND lease_until > '-infinity'
    RETURNING extract(epoch FROM clock_timestamp())::double precision AS clock, wanted_workers),
ahead AS (
    UPDATE ix_daemons SET renewed_at = now(), lease_until = now() + (lease_until - renewed_at)
     WHERE daemon_id = ANY (ARRAY(SELECT w.daemon_id FROM ix_daemons w
                                   WHERE w.renewed_at > now() + interval '5 s' AND isfinite(w.renewed_at) AND isfinite(w.lease_until)
                                     AND w.daemon_id <> $1::uuid AND (SELECT count(*) FROM own) >= 0
                                     FOR UPDATE SKIP LOCKED)))
SELECT clock, wanted_workers FROM own;

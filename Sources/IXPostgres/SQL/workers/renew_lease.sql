-- renew_lease: the heartbeat, one for all the jobs of a process. It touches no table of jobs, so a lock on those costs no lease;
-- what is held is asked for apart (read_held_claims). A lease that ran out is revived: each of the jobs is held by its claim,
-- and a sweep that took one shows there. No row: the daemon was declared gone, or its entry is not there.
-- $1 worker_id, $2 lease in seconds
UPDATE ix_workers SET renewed_at = now(), lease_until = now() + make_interval(secs => $2::double precision)
 WHERE worker_id = $1::uuid AND lease_until > '-infinity'
RETURNING extract(epoch FROM clock_timestamp())::double precision AS clock;

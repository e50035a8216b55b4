-- end_lease: ends the lease of a daemon known to be gone; its jobs are orphans at once.
-- ?1 daemon_id, ?2 now
UPDATE ix_daemons SET lease_until = ?2 WHERE daemon_id = ?1 AND lease_until IS NULL;

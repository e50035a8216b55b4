-- end_lease: ends the lease of a daemon known to be gone; its jobs are orphans at once.
-- ?1 worker_id, ?2 now
UPDATE ix_workers SET lease_until = ?2 WHERE worker_id = ?1 AND lease_until IS NULL;

-- scale_workers: asks the daemon that holds the file for another number of workers.
-- ?1 workers, null for the configuration's, ?2 instance, null for every instance, ?3 daemon_id, null for every daemon
UPDATE ix_daemons SET wanted_workers = ?1
 WHERE lease_until IS NULL AND (?2 IS NULL OR instance = ?2) AND (?3 IS NULL OR daemon_id = ?3)
RETURNING daemon_id;

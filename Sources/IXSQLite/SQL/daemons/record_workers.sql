-- record_workers: records the number of the daemon's workers, for readers of the queue's statistics.
-- ?1 daemon_id, ?2 workers
UPDATE ix_daemons SET workers = ?2 WHERE daemon_id = ?1;

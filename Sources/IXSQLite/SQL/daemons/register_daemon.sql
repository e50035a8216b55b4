-- register_daemon: registers this daemon under an identity that is new at every start.
-- ?1 daemon_id, ?2 instance, ?3 host, ?4 pid, ?5 version, ?6 now, ?7 use cases served as a JSON array, null for every
-- use case, ?8 the daemon's own number: the newest schema version that it knows, ?9 queues served as a JSON array, null for
-- every queue, ?10 workers
INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, started_at, serves, schema_version, queues, workers)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (daemon_id) DO UPDATE SET lease_until = NULL, serves = excluded.serves, workers = excluded.workers;

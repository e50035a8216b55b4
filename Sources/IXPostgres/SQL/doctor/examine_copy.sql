-- examine_copy: tells what a standby and its primary must have in common, and the position of the server, as read_standing does. In one
-- statement, because a pooler may answer the next from another server.
-- `timeline` is the newest timeline of the control file: of the last checkpoint, or on a standby of the pages written by the replay
-- since. A standby may be on a newer timeline, never on an older one.
SELECT pg_is_in_recovery() AS is_standby, (SELECT max(version) FROM ix_schema_migrations) AS schema_version,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint AS position,
       greatest((SELECT timeline_id FROM pg_control_checkpoint()), (SELECT min_recovery_end_timeline FROM pg_control_recovery())) AS timeline,
       extract(epoch FROM clock_timestamp()) AS clock,
       CASE WHEN pg_is_in_recovery() THEN extract(epoch FROM pg_last_xact_replay_timestamp()) END AS committed,
       concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()), to_regclass('ix_jobs')::oid) AS store,
       current_setting('max_connections')::integer AS connections,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connected;

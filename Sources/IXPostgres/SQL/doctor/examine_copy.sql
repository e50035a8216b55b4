-- examine_copy: tells what a standby and its primary must have in common, and how far the server is, as read_standing does.
SELECT pg_is_in_recovery() AS is_standby, (SELECT max(version) FROM ix_schema_migrations) AS schema_version,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint AS position,
       extract(epoch FROM clock_timestamp()) AS clock,
       CASE WHEN pg_is_in_recovery() THEN extract(epoch FROM pg_last_xact_replay_timestamp()) END AS committed,
       concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()), to_regclass('ix_jobs')::oid) AS store,
       current_setting('max_connections')::integer AS connections,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connected;

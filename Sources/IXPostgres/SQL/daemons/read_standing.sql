-- read_standing: tells how far the server's WAL is on its disk; on a standby how far it is replayed, and the time of the newest
-- replayed commit, by the clock of its primary. `store` names cluster, database and table: a physical copy has the same. The
-- statement reads no table of the queue.
SELECT pg_is_in_recovery() AS is_standby,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint AS position,
       extract(epoch FROM clock_timestamp()) AS clock,
       CASE WHEN pg_is_in_recovery() THEN extract(epoch FROM pg_last_xact_replay_timestamp()) END AS committed,
       concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()), to_regclass('ix_jobs')::oid) AS store;

-- read_standing: tells how far the server's WAL is on its disk; on a standby how far it is replayed, and how many seconds the
-- newest replayed commit lies back. The statement reads no table.
SELECT pg_is_in_recovery() AS is_standby,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint AS position,
       CASE WHEN pg_is_in_recovery()
            THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END AS age;

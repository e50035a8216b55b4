-- examine_slots: returns the replication slots with the bytes of WAL that each keeps on the server's disk, most first. `bound` is
-- max_slot_wal_keep_size in MiB; -1: a slot may fill the disk. `bytes` is null for a slot that keeps none.
SELECT s.slot_name AS name, s.slot_type AS type, s.active AS is_active, s.wal_status AS status,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
                       s.restart_lsn)::bigint AS bytes,
       (SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS bound
  FROM pg_replication_slots s
 ORDER BY bytes DESC NULLS LAST, name LIMIT 20;

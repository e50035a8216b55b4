-- record_levels: keeps the levels of a look, unless another daemon has kept some within the last 8 seconds.
-- $1 daemon_id, $2 levels
INSERT INTO ix_levels (one, looked_at, daemon_id, levels) VALUES (true, clock_timestamp(), $1::uuid, $2::jsonb)
    ON CONFLICT (one) DO UPDATE SET looked_at = excluded.looked_at, daemon_id = excluded.daemon_id, levels = excluded.levels
 WHERE ix_levels.looked_at < clock_timestamp() - interval '8 seconds' OR ix_levels.looked_at > clock_timestamp();

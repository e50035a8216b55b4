-- record_levels: keeps the levels of a look.
-- ?1 daemon_id, ?2 levels, ?3 now
INSERT INTO ix_levels (one, looked_at, daemon_id, levels) VALUES (1, ?3, ?1, ?2)
    ON CONFLICT (one) DO UPDATE SET looked_at = excluded.looked_at, daemon_id = excluded.daemon_id, levels = excluded.levels;

-- pause_group: stops a group of a queue, or lets it start jobs again. No row comes back when nothing changes.
-- ?1 queue, ?2 group_key, ?3 since when, null to resume
INSERT INTO ix_groups (queue, group_key, paused_at) SELECT ?1, ?2, ?3
 WHERE ?3 IS NOT NULL OR EXISTS (SELECT 1 FROM ix_groups WHERE queue = ?1 AND group_key = ?2)
    ON CONFLICT (queue, group_key) DO UPDATE SET paused_at = excluded.paused_at WHERE (paused_at IS NULL) <> (excluded.paused_at IS NULL)
RETURNING queue;

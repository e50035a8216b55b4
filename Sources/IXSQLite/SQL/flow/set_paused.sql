-- set_paused: stops a queue, or lets it start jobs again. No row comes back when nothing changes.
-- ?1 queue, ?2 since when, null to resume
UPDATE ix_queues SET paused_at = ?2, version = version + 1 WHERE queue = ?1 AND (paused_at IS NULL) <> (?2 IS NULL) RETURNING queue;

-- cut_history: deletes the oldest buckets of a step.
-- ?1 step in seconds, ?2 end, ?3 limit
DELETE FROM ix_history
 WHERE rowid IN (SELECT rowid FROM ix_history WHERE step = ?1 AND bucket < ?2 ORDER BY bucket LIMIT ?3) RETURNING step;

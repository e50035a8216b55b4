-- prune_moved_batches: deletes the batches of exports without a batch since ?1.
-- ?1 time, ?2 limit
DELETE FROM ix_moved_batches
 WHERE rowid IN (SELECT rowid FROM ix_moved_batches AS o
                  WHERE NOT EXISTS (SELECT 1 FROM ix_moved_batches AS n WHERE n.export_id = o.export_id AND n.entered_at >= ?1)
                  LIMIT ?2)
RETURNING batch;

-- prune_operations: deletes previews that have run out, and operations that ended. Reads the table, which is small.
-- ?1 now, ?2 the latest end of a deleted operation, ?3 limit
DELETE FROM ix_operations
 WHERE operation_id IN (SELECT operation_id FROM ix_operations
                         WHERE state = 'preview' AND expires_at < ?1 OR ended_at < ?2 LIMIT ?3)
RETURNING operation_id;

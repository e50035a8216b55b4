-- stop_operation: asks a running operation to stop. Index: the primary key.
-- ?1 operation_id, ?2 now
UPDATE ix_operations SET stop_requested_at = coalesce(stop_requested_at, ?2)
 WHERE operation_id = ?1 AND state = 'running'
RETURNING operation_id;

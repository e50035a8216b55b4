-- stop_operation: asks a running operation to stop. Index: the primary key.
-- $1 operation_id
UPDATE ix_operations SET stop_requested_at = coalesce(stop_requested_at, now())
 WHERE operation_id = $1::uuid AND state = 'running'
RETURNING operation_id;

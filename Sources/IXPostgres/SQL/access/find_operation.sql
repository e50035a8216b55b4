-- find_operation: finds an operation. Index: the primary key.
-- $1 operation_id
SELECT operation_id, state, action, filter, actor, role, extract(epoch FROM as_of) AS as_of, count, is_at_least, cursor #>> '{}' AS cursor,
       changed, skipped, stop_requested_at IS NOT NULL AS is_stop_requested, reason
  FROM ix_operations WHERE operation_id = $1::uuid;

-- start_operation: starts an operator's preview that has not run out. Index: the primary key.
-- ?1 operation_id, ?2 now
UPDATE ix_operations SET state = 'running', started_at = ?2
 WHERE operation_id = ?1 AND state = 'preview' AND role = 'operator' AND expires_at > ?2
RETURNING operation_id;

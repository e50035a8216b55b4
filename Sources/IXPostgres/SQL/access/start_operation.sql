-- start_operation: starts an operator's preview that has not run out. Index: the primary key.
-- $1 operation_id
UPDATE ix_operations SET state = 'running', started_at = now()
 WHERE operation_id = $1::uuid AND state = 'preview' AND role = 'operator' AND expires_at > now()
RETURNING operation_id;

-- claim_operation: takes a running operation of an operator that no lease covers. Index: ix_operations_running.
-- ?1 holder, ?2 end of the lease, ?3 now
UPDATE ix_operations SET daemon_id = ?1, lease_until = ?2
 WHERE operation_id = (SELECT operation_id FROM ix_operations
                        WHERE state = 'running' AND role = 'operator' AND (lease_until IS NULL OR lease_until < ?3) LIMIT 1)
RETURNING operation_id, state, action, filter, actor, role, as_of, count, is_at_least, cursor, changed, skipped,
       stop_requested_at IS NOT NULL AS is_stop_requested, reason;

-- claim_operation: takes a running operation of an operator that no lease covers. Index: ix_operations_running.
-- SKIP LOCKED: the daemon that has locked the operation takes it.
-- $1 holder, $2 seconds of the lease
UPDATE ix_operations SET daemon_id = $1::uuid, lease_until = now() + make_interval(secs => $2::double precision)
 WHERE operation_id = (SELECT o.operation_id FROM ix_operations o
                        WHERE o.state = 'running' AND o.role = 'operator' AND (o.lease_until IS NULL OR o.lease_until < now())
                        LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING operation_id, state, action, filter, actor, role, extract(epoch FROM as_of) AS as_of, count, is_at_least, cursor #>> '{}' AS cursor,
       changed, skipped, stop_requested_at IS NOT NULL AS is_stop_requested, reason;

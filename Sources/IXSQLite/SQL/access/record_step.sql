-- record_step: records a step of an operation, if its holder still has it. Index: the primary key.
-- ?1 operation_id, ?2 holder, ?3 cursor, ?4 changed, ?5 skipped, ?6 state, ?7 reason, ?8 end of the lease, ?9 now
UPDATE ix_operations
   SET cursor = ?3, changed = changed + ?4, skipped = skipped + ?5, state = ?6, reason = ?7, lease_until = ?8,
       ended_at = CASE WHEN ?6 <> 'running' THEN ?9 END
 WHERE operation_id = ?1 AND daemon_id = ?2 AND state = 'running'
RETURNING operation_id;

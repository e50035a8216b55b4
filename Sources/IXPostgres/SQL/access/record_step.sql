-- record_step: records a step of an operation, if its holder still has it. Index: the primary key.
-- $1 operation_id, $2 holder, $3 cursor, $4 changed, $5 skipped, $6 state, $7 reason, $8 seconds of the lease
UPDATE ix_operations
   SET cursor = to_jsonb($3::text), changed = changed + $4::bigint, skipped = skipped + $5::bigint, state = $6::text,
       reason = $7::text, lease_until = now() + make_interval(secs => $8::double precision),
       ended_at = CASE WHEN $6::text <> 'running' THEN now() END
 WHERE operation_id = $1::uuid AND daemon_id = $2::uuid AND state = 'running'
RETURNING operation_id;

-- insert_batch: inserts the finisher of a new batch, all by ix_batch.
-- $1 request, $2 callback_url, $3 run_at, $4 priority, $5 max_attempts, $6 expires_at, $7 trace_context, $8 queue, $9 group_key,
-- $10 batch_on_failure, $11 true for an open batch
SELECT batch_id AS job_id, ix_id, status, duplicate, differs, NULL::uuid AS replaces
  FROM ix_batch($1::jsonb, callback_url => $2::text, run_at => $3::timestamptz, priority => $4::integer,
                max_attempts => $5::integer, expires_at => $6::timestamptz,
                traceparent => split_part($7::text, chr(10), 1), tracestate => split_part($7::text, chr(10), 2),
                queue => $8::text, group_key => $9::text, batch_on_failure => $10::text, open => $11::boolean);

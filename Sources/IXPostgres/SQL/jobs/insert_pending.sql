-- insert_pending: inserts a job idempotently, all by ix_enqueue, so that every language passes the same checks.
-- $1 request, $2 callback_url, $3 run_at, $4 priority, $5 max_attempts, $6 expires_at, $7 trace_context, $8 queue,
-- $9 group_key, $10 dedupe_key, $11 dedupe, $12 dedupe_seconds, $13 after, $14 on_failure, $15 batch_id
SELECT job_id, ix_id, status, duplicate, differs, replaces
  FROM ix_enqueue(request => $1::jsonb, callback_url => $2::text, run_at => $3::timestamptz, priority => $4::integer,
                  max_attempts => $5::integer, expires_at => $6::timestamptz,
                  traceparent => split_part($7::text, chr(10), 1), tracestate => split_part($7::text, chr(10), 2),
                  queue => $8::text, group_key => $9::text, dedupe_key => $10::text, dedupe => $11::text,
                  dedupe_seconds => $12::double precision, after => $13::uuid[], on_failure => $14::text,
                  batch_id => $15::uuid);

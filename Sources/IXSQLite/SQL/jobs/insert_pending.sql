-- insert_pending: inserts a job idempotently. No row comes back when a job or a receipt has the keys already. Index: (client_id,
-- request_id).
-- The triggers ix_enter_line and ix_find_line put the job into its line.
-- Requires: the caller has validated the document and brought it into normal form.
-- ?1 job_id, ?2 ix_id, ?3 client_id, ?4 request_id, ?5 use_case, ?6 request, ?7 callback_url, ?8 created_at, ?9
-- run_at, ?10 priority, ?11 max_attempts, ?12 expires_at, ?13 trace_context, ?14 queue, ?15 group_key, ?16 1 for a dependent
-- job, ?17 batch_id
INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, use_case, request, callback_url, created_at, run_at, priority,
                     max_attempts, expires_at, trace_context, queue, group_key, waits, batch_id, has_dependents)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, CASE WHEN ?17 IS NOT NULL THEN 1 END
 WHERE NOT EXISTS (SELECT 1 FROM ix_receipts WHERE client_id = ?3 AND request_id = ?4)
ON CONFLICT (client_id, request_id) DO NOTHING
RETURNING job_id;

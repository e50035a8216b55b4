-- restore: inserts a row from another store unchanged. No row comes back when its job_id or its keys exist here.
-- ?1 to ?26 the columns in their order, ?27 1 for a job that waits for others
INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, use_case, status, request, response, callback_url,
                     callback_status, attempts, max_attempts, priority, created_at, run_at, started_at, finished_at,
                     expires_at, claim_id, finished_claim, daemon_id, cancel_requested_at, resubmit_of, queue, group_key,
                     batch_id, waits, has_dependents)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27,
        CASE WHEN ?26 IS NOT NULL THEN 1 END)
ON CONFLICT DO NOTHING
RETURNING job_id;

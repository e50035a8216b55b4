-- get: returns a job by its id. Index: the primary key.
-- ?1 job_id
SELECT job_id, ix_id, client_id, request_id, use_case, status, request, response, callback_url, callback_status, attempts,
       max_attempts, priority, created_at, run_at, started_at, finished_at, expires_at, claim_id, finished_claim, daemon_id,
       cancel_requested_at, resubmit_of, queue, group_key, batch_id, trace_context
  FROM ix_jobs WHERE job_id = ?1;

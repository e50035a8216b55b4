-- get: returns a job by its id. Index: the primary key.
-- $1 job_id
SELECT job_id, ix_id, client_id, request_id, coalesce(use_case, request ->> 'use_case') AS use_case, status,
       request, response, callback_url, callback_status, attempts, max_attempts, priority,
       extract(epoch FROM created_at) AS created_at,
       extract(epoch FROM run_at) AS run_at,
       extract(epoch FROM started_at) AS started_at,
       extract(epoch FROM finished_at) AS finished_at,
       extract(epoch FROM expires_at) AS expires_at,
       claim_id, finished_claim, daemon_id,
       extract(epoch FROM cancel_requested_at) AS cancel_requested_at,
       resubmit_of, queue, group_key, batch_id, trace_context
  FROM ix_jobs WHERE job_id = $1::uuid;

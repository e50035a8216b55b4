-- get_by_correlation: returns a job by the caller's own keys. Index: unique (client_id, request_id).
-- $1 client_id, $2 request_id
SELECT job_id, ix_id, client_id, request_id, coalesce(use_case, request ->> 'use_case') AS use_case, status,
       request, response, callback_url, callback_status, attempts, max_attempts, priority,
       to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_at,
       to_char(run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS run_at,
       to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS started_at,
       to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS finished_at,
       to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS expires_at,
       claim_id, finished_claim, worker_id,
       to_char(cancel_requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS cancel_requested_at,
       resubmit_of
  FROM ix_jobs WHERE client_id = $1::text AND request_id = $2::text;

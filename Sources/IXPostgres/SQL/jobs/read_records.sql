-- read_records: returns whole rows by their ids, in the order of the ids, at least one, as many as fit the byte
-- limit.
-- Documents are written out once (MATERIALIZED), because their size decides where to stop. to_char can't write an
-- infinite time. Index: the primary keys.
-- $1 job_ids, $2 bytes of documents and logs after which no further row comes
WITH documents AS MATERIALIZED (
    SELECT job_id, request::text AS request, response::text AS response,
           (SELECT coalesce(sum(octet_length(a.log_tail)), 0) FROM ix_attempts a WHERE a.job_id = j.job_id) AS logs
      FROM ix_jobs j WHERE job_id = ANY ($1::uuid[])),
measured AS (
    SELECT d.*, sum(octet_length(request) + coalesce(octet_length(response), 0) + logs)
                OVER (ORDER BY job_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM documents d)
SELECT j.job_id, ix_id, client_id, request_id, coalesce(use_case, j.request ->> 'use_case') AS use_case, status,
       m.request, m.response, callback_url, callback_status, attempts, max_attempts, priority,
       to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_at,
       CASE WHEN isfinite(run_at) THEN to_char(run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            ELSE run_at::text END AS run_at,
       to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS started_at,
       to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS finished_at,
       CASE WHEN isfinite(expires_at) THEN to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            ELSE expires_at::text END AS expires_at,
       claim_id, finished_claim, worker_id,
       to_char(cancel_requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS cancel_requested_at,
       resubmit_of,
       EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = j.job_id AND c.state = 'due')
       OR EXISTS (SELECT 1 FROM ix_redeliveries r WHERE r.job_id = j.job_id) AS owes_callback
  FROM measured m JOIN ix_jobs j USING (job_id)
 WHERE coalesce(m.before, 0) < $2::bigint
 ORDER BY j.job_id;

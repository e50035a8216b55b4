-- read_records: whole rows by their ids, in the ids' order, as many as fit in memory together but one at least.
-- Documents are written out once (MATERIALIZED), since their size decides where to stop. Index: the
-- primary keys.
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
       extract(epoch FROM created_at) AS created_at,
       extract(epoch FROM run_at) AS run_at,
       extract(epoch FROM started_at) AS started_at,
       extract(epoch FROM finished_at) AS finished_at,
       extract(epoch FROM expires_at) AS expires_at,
       claim_id, finished_claim, daemon_id,
       extract(epoch FROM cancel_requested_at) AS cancel_requested_at,
       resubmit_of, queue, group_key, batch_id, NULL::text AS trace_context,
       EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = j.job_id AND c.state = 'due')
       OR EXISTS (SELECT 1 FROM ix_redeliveries r WHERE r.job_id = j.job_id) AS is_callback_due
  FROM measured m JOIN ix_jobs j USING (job_id)
 WHERE coalesce(m.before, 0) < $2::bigint
 ORDER BY j.job_id;

-- claim_pending_batch: claims like claim_next_pending, a row for each claim_id. The claims share a statement, but
-- each fences its own job.
-- MATERIALIZED: the rows are chosen once, under any plan. Index, lease and mark are as in claim_next_pending.
-- $1 claim_ids, $2 daemon_id, $3 true to return the documents, $4 and $5 the mark
WITH picked AS MATERIALIZED (
    SELECT job_id FROM ix_jobs
     WHERE status = 'pending' AND coalesce(run_at, created_at) <= now()
       AND (coalesce(run_at, created_at), job_id) >= ($4::timestamptz, $5::uuid)
       AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = $2::uuid AND lease_until > now())
     ORDER BY coalesce(run_at, created_at), job_id
       FOR UPDATE SKIP LOCKED LIMIT cardinality($1::uuid[])),
numbered AS (SELECT job_id, row_number() OVER () AS position FROM picked)
UPDATE ix_jobs AS j
   SET status = 'running', claim_id = ($1::uuid[])[n.position], daemon_id = $2::uuid, started_at = now(),
       attempts = coalesce(attempts, 0)
  FROM numbered AS n WHERE j.job_id = n.job_id
RETURNING j.job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts,
          CASE WHEN $3::boolean THEN request END, expires_at <= now(), cancel_requested_at, callback_url,
          now(), coalesce(run_at, created_at), trace_context, claim_id;

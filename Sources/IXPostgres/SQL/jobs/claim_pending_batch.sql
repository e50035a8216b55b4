-- claim_pending_batch: claims like claim_next_pending, a row for each claim_id. The claims share a statement and a
-- declaration, but each fences its own job.
-- MATERIALIZED: the rows are chosen once, under any plan. Index, lease and mark are as in claim_next_pending.
-- $1 claim_ids, $2 daemon_id, $3 true to return the documents, $4 and $5 the mark
WITH picked AS MATERIALIZED (
    SELECT job_id, due_at FROM ix_jobs
     WHERE due_at <= now() AND (due_at, job_id) >= ($4::timestamptz, $5::uuid) AND (run_at IS NULL OR run_at IS NOT NULL)
       AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = $2::uuid AND lease_until > now())
     ORDER BY due_at, job_id
       FOR UPDATE SKIP LOCKED LIMIT cardinality($1::uuid[])),
said AS (
    INSERT INTO ix_running (daemon_id, job_ids)
    SELECT $2::uuid, array_agg(job_id ORDER BY due_at, job_id) FROM picked HAVING count(*) > 0 RETURNING ctid),
numbered AS (SELECT job_id, due_at, row_number() OVER () AS position FROM picked)
UPDATE ix_jobs AS j
   SET status = 'running', claim_id = ($1::uuid[])[n.position], daemon_id = $2::uuid, started_at = now(),
       attempts = coalesce(attempts, 0), due_at = NULL
  FROM numbered AS n WHERE j.job_id = n.job_id AND j.status = 'pending' COLLATE "C"
RETURNING j.job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts,
          CASE WHEN $3::boolean THEN request END, expires_at <= now(), cancel_requested_at,
          coalesce(callback_url, CASE WHEN has_dependents THEN '' END),
          now(), n.due_at, trace_context, j.ctid, (SELECT ctid FROM said), claim_id;

-- claim_candidate: claims one of the candidates that find_candidates brought, by its place, and never waits. No row comes
-- back when the row moved, is locked, or is claimed; the caller takes the next candidate.
-- Job, status and due time are looked at again under the lock. coalesce keeps the plan off ix_jobs_due.
-- clock_timestamp: now() is the transaction's start, and a stalled pipeline could claim after the daemon's lease.
-- $1 claim_id, $2 daemon_id, $3 job_id, $4 the end of the daemon's lease when the list was read, $5 place
UPDATE ix_jobs
   SET status = 'running', claim_id = $1::uuid, daemon_id = $2::uuid, started_at = now(),
       attempts = coalesce(attempts, 0), due_at = NULL
 WHERE ctid = (SELECT ctid FROM ix_jobs
                WHERE ctid = $5::tid AND job_id = $3::uuid AND status = 'pending' AND coalesce(due_at <= now(), false)
                  FOR UPDATE SKIP LOCKED)
   AND clock_timestamp() < $4::timestamptz
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts, request, expires_at <= now(),
          cancel_requested_at,
          coalesce(callback_url, CASE WHEN has_dependents THEN '' END), now(), coalesce(run_at, created_at), trace_context, ctid, NULL::tid;

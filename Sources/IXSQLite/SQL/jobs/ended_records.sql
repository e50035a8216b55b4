-- ended_records: returns the ended jobs which an export copies next, by their ids. Index: the primary key.
-- ?1 the last page's last job_id, or '', ?2 limit
SELECT job_id, ix_id, client_id, request_id, use_case, status, request, response, callback_url, callback_status, attempts,
       max_attempts, priority, created_at, run_at, started_at, finished_at, expires_at, claim_id, finished_claim, daemon_id,
       cancel_requested_at, resubmit_of, queue, group_key, batch_id
  FROM ix_jobs WHERE job_id > ?1 AND status IN ('done', 'error') ORDER BY job_id LIMIT ?2;

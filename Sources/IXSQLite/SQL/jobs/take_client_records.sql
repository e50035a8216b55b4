-- take_client_records: returns the jobs of one client which leave the file next, by request_id, as take_records does for
-- all jobs. Index: the unique one of client_id and request_id.
-- ?1 client_id, ?2 the last call's last request_id, or '', ?3 limit, ?4 1 to take running rows from their daemon
SELECT job_id, ix_id, client_id, request_id, use_case, status, request, response, callback_url, callback_status, attempts,
       max_attempts, priority, created_at, run_at, started_at, finished_at, expires_at, claim_id, finished_claim, daemon_id,
       cancel_requested_at, resubmit_of, queue, group_key, batch_id
  FROM ix_jobs WHERE client_id = ?1 AND request_id > ?2 AND (status <> 'running' OR ?4)
   AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = ix_jobs.job_id)
 ORDER BY request_id LIMIT ?3;

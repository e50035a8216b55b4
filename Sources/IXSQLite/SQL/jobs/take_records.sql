-- take_records: jobs that leave the file next, by their ids; nobody else writes while this transaction does. A running one
-- goes through hand_back before it leaves. Index: the primary key.
-- ?1 job_id behind which to go on, or '', ?2 limit, ?3 whether running rows are taken from whoever runs them
SELECT job_id, ix_id, client_id, request_id, use_case, status, request, response, callback_url, callback_status, attempts,
       max_attempts, priority, created_at, run_at, started_at, finished_at, expires_at, claim_id, finished_claim, worker_id,
       cancel_requested_at, resubmit_of
  FROM ix_jobs WHERE job_id > ?1 AND (status <> 'running' OR ?3) ORDER BY job_id LIMIT ?2;

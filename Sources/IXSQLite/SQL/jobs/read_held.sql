-- read_held: returns the columns of the row that an attempt holds, as a hand-back needs them. Fence and index are as
-- in mark_done.
-- ?1 job_id, ?2 attempts, ?3 claim_id
SELECT job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts, claim_id, callback_url,
       daemon_id, started_at, cancel_requested_at
  FROM ix_jobs WHERE job_id = ?1 AND status = 'running' AND attempts = ?2 AND claim_id = ?3;

-- take_records: returns the jobs which leave the file next, by their ids; no second transaction writes while this
-- transaction does. A running job goes through hand_back before the job leaves. Index: the primary key.
-- A parent stays until its dependent jobs have left, so that no release finds a parent gone and fails a dependent job.
-- ?1 the last call's last job_id, or '', ?2 limit, ?3 1 to take running rows from their daemon
SELECT job_id, ix_id, client_id, request_id, use_case, status, request, response, callback_url, callback_status, attempts,
       max_attempts, priority, created_at, run_at, started_at, finished_at, expires_at, claim_id, finished_claim, daemon_id,
       cancel_requested_at, resubmit_of, queue, group_key, batch_id
  FROM ix_jobs WHERE job_id > ?1 AND (status <> 'running' OR ?3)
   AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = ix_jobs.job_id)
 ORDER BY job_id LIMIT ?2;

-- end_pending: ends a job that no worker has started. Index: the primary key.
-- ?1 job_id, ?2 now, ?3 response
UPDATE ix_jobs SET status = 'error', finished_at = ?2, response = ?3, waits = NULL WHERE job_id = ?1 AND status = 'pending'
RETURNING job_id;

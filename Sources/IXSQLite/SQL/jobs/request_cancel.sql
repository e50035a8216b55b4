-- request_cancel: requests the stop of a running job; regardless of the run's result, the job ends as cancelled.
-- Index: the primary key.
-- ?1 job_id, ?2 now
UPDATE ix_jobs SET cancel_requested_at = coalesce(cancel_requested_at, ?2) WHERE job_id = ?1 AND status = 'running'
RETURNING job_id;

-- request_cancel: a running job is to be stopped; however it ends, it ends as cancelled. Index: the primary key.
-- ?1 job_id, ?2 now
UPDATE ix_jobs SET cancel_requested_at = coalesce(cancel_requested_at, ?2) WHERE job_id = ?1 AND status = 'running'
RETURNING job_id;

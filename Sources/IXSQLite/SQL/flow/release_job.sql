-- release_job: lets a dependent job start, or get into line. Index: the primary key.
-- ?1 job_id, ?2 now
UPDATE ix_jobs SET waits = NULL, run_at = CASE WHEN run_at > ?2 THEN run_at ELSE ?2 END
 WHERE job_id = ?1 AND status = 'pending' AND waits;

-- find_wait: returns a row for a job that waits for others, with its batch where the job is a finisher. Index: the primary keys.
-- ?1 job_id
SELECT b.on_failure, b.is_open, b.cancelled_at, b.failed_job
  FROM ix_jobs j LEFT JOIN ix_batches b ON b.batch_id = j.job_id
 WHERE j.job_id = ?1 AND j.waits AND j.status = 'pending';

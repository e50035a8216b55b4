-- find_released: returns the waiting jobs without open parents among the given jobs, without the finishers of open batches; of the
-- finisher of a cancelled batch the reason. Index: the primary keys.
-- ?1 the jobs as a JSON array
SELECT j.job_id, b.cancelled_at, b.failed_job, p.response ->> '$.error.code' AS error_code, p.job_id IS NULL AS is_gone
  FROM ix_jobs j LEFT JOIN ix_batches b ON b.batch_id = j.job_id LEFT JOIN ix_jobs p ON p.job_id = b.failed_job
 WHERE j.job_id IN (SELECT value FROM json_each(?1)) AND j.waits AND j.status = 'pending' AND NOT coalesce(b.is_open, 0)
   AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = j.job_id);

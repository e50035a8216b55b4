-- find_batch: returns a batch whose finisher waits, with the finisher's client. Index: the primary keys.
-- ?1 batch_id
SELECT b.on_failure, b.is_open, b.cancelled_at, b.failed_job, j.client_id
  FROM ix_batches b JOIN ix_jobs j ON j.job_id = b.batch_id AND j.waits AND j.status = 'pending'
 WHERE b.batch_id = ?1;

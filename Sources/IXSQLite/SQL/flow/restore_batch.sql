-- restore_batch: enters a batch from another store. Requires: restore has inserted the finisher.
-- ?1 batch_id, ?2 on_failure, ?3 is_open, ?4 cancelled_at, ?5 failed_job
INSERT INTO ix_batches (batch_id, on_failure, is_open, cancelled_at, failed_job, created_at)
SELECT job_id, ?2, ?3, ?4, ?5, created_at FROM ix_jobs WHERE job_id = ?1
ON CONFLICT DO NOTHING;

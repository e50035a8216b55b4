-- make_batch: notes a new batch.
-- ?1 batch_id, ?2 on_failure, ?3 1 for an open batch
INSERT INTO ix_batches (batch_id, on_failure, is_open, created_at) SELECT job_id, ?2, ?3, created_at FROM ix_jobs WHERE job_id = ?1;

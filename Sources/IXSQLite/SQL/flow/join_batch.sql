-- join_batch: notes a member of a batch.
-- ?1 batch_id, ?2 job_id
INSERT INTO ix_members (batch_id, job_id, created_at) SELECT ?1, job_id, created_at FROM ix_jobs WHERE job_id = ?2;

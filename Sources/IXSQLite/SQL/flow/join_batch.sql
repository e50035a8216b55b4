-- join_batch: notes a member of a batch.
-- ?1 batch_id, ?2 job_id
INSERT INTO ix_members (batch_id, job_id) VALUES (?1, ?2);

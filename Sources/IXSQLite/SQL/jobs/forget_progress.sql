-- forget_progress: what is left of runs of jobs that go. Index: the primary key.
-- ?1 job_ids as a JSON array
DELETE FROM ix_progress WHERE job_id IN (SELECT value FROM json_each(?1));

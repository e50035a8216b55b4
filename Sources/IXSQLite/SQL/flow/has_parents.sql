-- has_parents: a row when a job waits for another. Index: the primary key.
-- ?1 job_id
SELECT 1 FROM ix_dependencies WHERE job_id = ?1 LIMIT 1;

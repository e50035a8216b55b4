-- forget_progress: deletes the progress rows of jobs which are deleted. Index: the primary key.
-- ?1 job_ids as a JSON array
DELETE FROM ix_progress WHERE job_id IN (SELECT value FROM json_each(?1));

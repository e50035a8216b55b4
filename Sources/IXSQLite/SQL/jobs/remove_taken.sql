-- remove_taken: deletes jobs which this transaction has taken. Index: the primary key.
-- ?1 job_ids as a JSON array
DELETE FROM ix_jobs WHERE job_id IN (SELECT value FROM json_each(?1)) RETURNING job_id;

-- remove_attempts: deletes the kept attempts of jobs which leave. Index: the primary key.
-- ?1 job_ids as a JSON array
DELETE FROM ix_attempts WHERE job_id IN (SELECT value FROM json_each(?1));

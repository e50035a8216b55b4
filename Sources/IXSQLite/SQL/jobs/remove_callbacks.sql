-- remove_callbacks: deletes the callbacks of jobs which this transaction has taken; due callbacks go with the jobs.
-- Index: the primary key.
-- ?1 job_ids as a JSON array
DELETE FROM ix_callbacks WHERE job_id IN (SELECT value FROM json_each(?1));

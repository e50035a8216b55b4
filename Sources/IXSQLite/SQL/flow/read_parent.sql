-- read_parent: returns the client and the status of a new job's parent. Index: the primary key.
-- ?1 job_id
SELECT client_id, status FROM ix_jobs WHERE job_id = ?1;

-- find_live: finds those of the given jobs that have not ended. Index: the primary key.
-- ?1 job_ids as a JSON array
SELECT job_id FROM ix_jobs WHERE job_id IN (SELECT value FROM json_each(?1)) AND status IN ('pending', 'running');

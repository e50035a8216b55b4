-- find_live: finds those of the given jobs that have not ended. Index: the primary key.
-- $1 job_ids
SELECT job_id FROM ix_jobs WHERE job_id = ANY ($1::uuid[]) AND status COLLATE "C" IN ('pending', 'running');

-- remove_taken: deletes the jobs that this transaction has taken, and what is kept of their attempts. Index: the primary
-- keys. The rows are locked, so nobody is waited for.
-- $1 job_ids
WITH logs AS (DELETE FROM ix_attempts WHERE job_id = ANY ($1::uuid[]))
DELETE FROM ix_jobs WHERE job_id = ANY ($1::uuid[]) RETURNING job_id;

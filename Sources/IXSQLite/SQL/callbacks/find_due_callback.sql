-- find_due_callback: returns a row when a job's callback is due. Index: the primary key.
-- ?1 job_id
SELECT 1 FROM ix_callbacks WHERE job_id = ?1 AND state = 'due';

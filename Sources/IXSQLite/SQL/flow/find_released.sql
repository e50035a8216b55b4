-- find_released: returns the dependent jobs without open parents among the given jobs. Index: the primary keys.
-- ?1 the jobs as a JSON array
SELECT j.job_id FROM ix_jobs j
 WHERE j.job_id IN (SELECT value FROM json_each(?1)) AND j.waits AND j.status = 'pending'
   AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = j.job_id);

-- cut_dependencies: deletes the dependencies of jobs that have stopped waiting. Index: the primary keys.
-- ?1 the jobs as a JSON array
DELETE FROM ix_dependencies
 WHERE job_id IN (SELECT value FROM json_each(?1))
   AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = ix_dependencies.job_id AND j.waits AND j.status = 'pending');

-- drop_ended: takes those of the given members that have ended from what a finisher waits for. Index: the primary keys.
-- ?1 batch_id, ?2 the members as a JSON array
DELETE FROM ix_dependencies
 WHERE job_id = ?1 AND after_job IN (SELECT value FROM json_each(?2))
   AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = ix_dependencies.after_job AND j.status IN ('pending', 'running'));

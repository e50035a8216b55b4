-- drop_ended: takes the ended members from what a finisher waits for. Index: the primary keys.
-- ?1 batch_id
DELETE FROM ix_dependencies
 WHERE job_id = ?1
   AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = ix_dependencies.after_job AND j.status IN ('pending', 'running'));

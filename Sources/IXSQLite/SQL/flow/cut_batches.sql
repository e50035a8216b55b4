-- cut_batches: deletes the batches among the given jobs whose finisher waits no more. Index: the primary keys.
-- ?1 the jobs as a JSON array
DELETE FROM ix_batches
 WHERE batch_id IN (SELECT value FROM json_each(?1))
   AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = ix_batches.batch_id AND j.waits AND j.status = 'pending');

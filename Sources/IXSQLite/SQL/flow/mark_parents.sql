-- mark_parents: marks open parents, so that the parents' ends write notes. Members of batches are marked from the insert on. Index: the primary keys.
-- ?1 the waiting jobs as a JSON array
UPDATE ix_jobs SET has_dependents = 1
 WHERE has_dependents IS NULL AND status IN ('pending', 'running')
   AND job_id IN (SELECT after_job FROM ix_dependencies WHERE job_id IN (
                        SELECT n.value FROM json_each(?1) AS n JOIN ix_jobs w ON w.job_id = n.value
                         WHERE w.waits AND w.status = 'pending'
                           AND NOT EXISTS (SELECT 1 FROM ix_batches b WHERE b.batch_id = n.value)));

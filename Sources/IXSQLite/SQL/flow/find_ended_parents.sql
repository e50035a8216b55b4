-- find_ended_parents: returns the dependencies of and on the given jobs whose parent has ended or is gone, with the parent's end; at most
-- ?2 of the dependencies on the jobs. A finisher leads to no member, because each member's end is noted itself, and a job that waits
-- no more leads to no parent.
-- Index: the primary keys, ix_dependencies_after.
-- ?1 the jobs as a JSON array, ?2 limit
SELECT d.job_id AS job_id, d.after_job AS after_job, d.on_failure AS on_failure, p.status AS status,
       p.response ->> '$.error.code' AS error_code
  FROM (SELECT job_id, after_job, on_failure FROM ix_dependencies
          WHERE job_id IN (SELECT n.value FROM json_each(?1) AS n JOIN ix_jobs w ON w.job_id = n.value
                          WHERE w.waits AND w.status = 'pending'
                            AND NOT EXISTS (SELECT 1 FROM ix_batches b WHERE b.batch_id = n.value))
         UNION ALL
        SELECT * FROM (SELECT job_id, after_job, on_failure FROM ix_dependencies
                        WHERE after_job IN (
                                  SELECT n.value FROM json_each(?1) AS n LEFT JOIN ix_jobs o ON o.job_id = n.value
                                   WHERE o.status IS NULL OR o.status IN ('done', 'error'))
                        LIMIT ?2)) AS d
  LEFT JOIN ix_jobs p ON p.job_id = d.after_job
 WHERE p.status IS NULL OR p.status IN ('done', 'error');

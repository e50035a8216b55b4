-- count_prunable: counts the jobs which a prune would delete now. The statement reads the table once.
-- ?1 and ?2 times before which done jobs and jobs in error must have ended, null to keep all
SELECT count(*) FILTER (WHERE j.status = 'done') AS done, count(*) FILTER (WHERE j.status = 'error') AS error
  FROM ix_jobs j
 WHERE j.status IN ('done', 'error') AND j.finished_at < CASE j.status WHEN 'done' THEN ?1 ELSE ?2 END
   AND NOT EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = j.job_id AND c.state = 'due')
   AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = j.job_id)
   AND NOT EXISTS (SELECT 1 FROM ix_jobs f WHERE f.job_id = j.batch_id AND f.status IN ('pending', 'running'));

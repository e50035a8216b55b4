-- count_prunable: counts the jobs which a prune would delete now. The statement reads the table once, in parallel
-- where the server allows.
-- $1 and $2 seconds to keep done jobs and jobs in error, null for ever
SELECT count(*) FILTER (WHERE status = 'done') AS done, count(*) FILTER (WHERE status = 'error') AS error
  FROM ix_jobs j
 WHERE status IN ('done', 'error')
   AND finished_at < now() - make_interval(secs => CASE status WHEN 'done' THEN $1::double precision
                                                              ELSE $2::double precision END)
   AND NOT EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = j.job_id AND c.state = 'due')
   AND NOT EXISTS (SELECT 1 FROM ix_redeliveries r WHERE r.job_id = j.job_id)
   AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = j.job_id)
   AND (j.batch_id IS NULL OR coalesce((SELECT f.status FROM ix_jobs f WHERE f.job_id = j.batch_id), 'done') IN ('done', 'error'));

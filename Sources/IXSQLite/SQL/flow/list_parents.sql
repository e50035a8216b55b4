-- list_parents: returns the parents of a waiting job, but for entries due to be dropped by the next release. Index: the primary keys.
-- ?1 job_id
SELECT d.after_job, d.on_failure FROM ix_dependencies d LEFT JOIN ix_jobs p ON p.job_id = d.after_job
 WHERE d.job_id = ?1 AND NOT coalesce(p.status = 'done' OR p.status = 'error' AND d.on_failure = 'run', d.on_failure = 'run')
 ORDER BY d.after_job;

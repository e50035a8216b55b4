-- look_use_cases: counts the waiting jobs of each use case and queue up to a limit, with the time of the oldest due job, the
-- running jobs, and as `held` the due jobs that stand in a line without a place. The walk takes a step in
-- ix_jobs_due_by_use_case for each use case with pending jobs, up to 1,000. Of the jobs in lines 20,000 without a
-- place are read, as many with a place, and as many sleeping jobs in the order of their times; so sleeping jobs
-- displace no due job.
-- ?1 now, ?2 the limit of each count
WITH RECURSIVE waiting (use_case) AS (
    SELECT (SELECT min(use_case) FROM ix_jobs INDEXED BY ix_jobs_due_by_use_case WHERE status = 'pending')
     UNION ALL
    SELECT (SELECT min(use_case) FROM ix_jobs INDEXED BY ix_jobs_due_by_use_case
             WHERE status = 'pending' AND use_case > w.use_case)
      FROM waiting w WHERE w.use_case IS NOT NULL LIMIT 1000)
SELECT n.use_case AS name, NULL AS queue,
       (SELECT count(*) FILTER (WHERE coalesce(d.queue, d.use_case) = d.use_case) FROM (
            SELECT queue, use_case FROM ix_jobs INDEXED BY ix_jobs_due_by_use_case
             WHERE status = 'pending' AND use_case = n.use_case AND coalesce(run_at, created_at) <= ?1 AND waits IS NULL LIMIT ?2) AS d) AS due,
       (SELECT count(*) FILTER (WHERE coalesce(d.queue, d.use_case) = d.use_case) FROM (
            SELECT queue, use_case FROM ix_jobs INDEXED BY ix_jobs_due_by_use_case
             WHERE status = 'pending' AND use_case = n.use_case AND (coalesce(run_at, created_at) > ?1 OR waits) LIMIT ?2) AS d) AS scheduled,
       (SELECT coalesce(nullif(run_at, '-infinity'), created_at) FROM ix_jobs INDEXED BY ix_jobs_due_by_use_case
         WHERE status = 'pending' AND use_case = n.use_case AND coalesce(run_at, created_at) <= ?1 AND waits IS NULL
         ORDER BY coalesce(run_at, created_at) LIMIT 1) AS oldest,
       0 AS running, 0 AS held
  FROM waiting n WHERE n.use_case IS NOT NULL
 UNION ALL
SELECT j.use_case, j.queue, count(*) FILTER (WHERE j.waits IS NULL AND coalesce(j.run_at, j.created_at) <= ?1),
       count(*) FILTER (WHERE j.waits OR coalesce(j.run_at, j.created_at) > ?1),
       min(coalesce(nullif(j.run_at, '-infinity'), j.created_at)) FILTER (WHERE j.waits IS NULL AND coalesce(j.run_at, j.created_at) <= ?1), 0, 0
  FROM (SELECT * FROM (SELECT job_id FROM ix_lines WHERE turn IS NULL AND asleep IS NULL LIMIT 20000)
         UNION ALL
        SELECT * FROM (SELECT job_id FROM ix_lines WHERE turn IS NOT NULL AND asleep IS NULL AND NOT held LIMIT 20000)
         UNION ALL
        SELECT * FROM (SELECT job_id FROM ix_lines WHERE asleep IS NOT NULL ORDER BY asleep LIMIT 20000)) AS l
       CROSS JOIN ix_jobs j ON j.job_id = l.job_id
 WHERE j.status = 'pending' AND j.queue <> j.use_case GROUP BY j.use_case, j.queue
 UNION ALL
SELECT j.use_case, nullif(j.queue, j.use_case), 0, 0, NULL, 0, count(*)
  FROM (SELECT job_id FROM ix_lines WHERE turn IS NULL AND asleep IS NULL LIMIT 20000) AS l CROSS JOIN ix_jobs j ON j.job_id = l.job_id
 WHERE j.status = 'pending' AND coalesce(j.run_at, j.created_at) <= ?1 GROUP BY j.use_case, nullif(j.queue, j.use_case)
 UNION ALL
SELECT use_case, nullif(queue, use_case), 0, 0, NULL, count(*), 0
  FROM ix_jobs INDEXED BY ix_jobs_running WHERE status = 'running' GROUP BY use_case, nullif(queue, use_case);

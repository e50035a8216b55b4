-- foreign_work: lists use cases of jobs due now or soon for which the daemon has no pipeline. No second daemon holds
-- the file.
-- The walk takes a step in ix_jobs_due_by_use_case for each use case with pending jobs, up to 1,000; no more rows are
-- read.
-- ?1 use cases that the daemon serves as a JSON array, ?2 the time by which a job counts as due soon
WITH RECURSIVE waiting (use_case) AS (
    SELECT min(use_case) FROM ix_jobs WHERE status = 'pending'
     UNION ALL
    SELECT (SELECT min(use_case) FROM ix_jobs WHERE status = 'pending' AND use_case > w.use_case)
      FROM waiting w WHERE w.use_case IS NOT NULL
     LIMIT 1000)
SELECT w.use_case FROM waiting w
 WHERE w.use_case IS NOT NULL AND w.use_case NOT IN (SELECT value FROM json_each(?1))
   AND EXISTS (SELECT 1 FROM ix_jobs j
                WHERE j.status = 'pending' AND j.use_case = w.use_case AND coalesce(j.run_at, j.created_at) <= ?2);

-- look_use_cases: counts the waiting jobs of each use case and queue up to a limit, and gives the time of the oldest due job.
-- The walk takes a step in ix_jobs_due_by_use_case for each use case with pending jobs, up to 1,000; beyond the limits no
-- row is read. The clauses on use_case lead the planner to this index alone.
-- Of the jobs in lines 20,000 without a place are counted, as many with a place, as many sleeping jobs in the
-- order of their times, and as many dependent jobs and finishers, which are scheduled while waiting. So sleeping jobs displace no due job. `held` are the due
-- jobs without a place. Rows of an old program, without use_case in the column, are counted together. Running jobs are few: the slots of all daemons, as ix_running names them. A
-- plain job has no queue here.
-- `oldest` is in seconds since 1970; a job with run_at -infinity waits since its creation.
-- $1 the limit of each count
WITH RECURSIVE waiting AS (
    (SELECT use_case COLLATE "C" AS use_case FROM ix_jobs
      WHERE due_at IS NOT NULL AND use_case IS NOT NULL ORDER BY use_case COLLATE "C" LIMIT 1)
     UNION ALL
    SELECT (SELECT use_case COLLATE "C" FROM ix_jobs
             WHERE due_at IS NOT NULL AND use_case COLLATE "C" > w.use_case AND use_case IS NOT NULL
             ORDER BY use_case COLLATE "C" LIMIT 1)
      FROM waiting w WHERE w.use_case IS NOT NULL),
named AS (SELECT use_case FROM (SELECT use_case FROM waiting LIMIT 1000) AS w WHERE use_case IS NOT NULL)
SELECT n.use_case, NULL AS queue,
       (SELECT count(*) FROM (
            SELECT FROM ix_jobs WHERE use_case COLLATE "C" = n.use_case AND use_case IS NOT NULL AND due_at <= now()
             ORDER BY due_at, job_id LIMIT $1::integer) AS d) AS due,
       (SELECT count(*) FROM (
            SELECT FROM ix_jobs WHERE use_case COLLATE "C" = n.use_case AND use_case IS NOT NULL AND due_at > now()
             ORDER BY due_at, job_id LIMIT $1::integer) AS s) AS scheduled,
       (SELECT extract(epoch FROM coalesce(nullif(due_at, '-infinity'), created_at)) FROM ix_jobs
         WHERE use_case COLLATE "C" = n.use_case AND use_case IS NOT NULL AND due_at <= now()
         ORDER BY due_at, job_id LIMIT 1) AS oldest,
       0 AS running, 0 AS held
  FROM named n
 UNION ALL
SELECT NULL, NULL, count(*) FILTER (WHERE due_at <= now()), count(*) FILTER (WHERE due_at > now()),
       extract(epoch FROM min(coalesce(nullif(due_at, '-infinity'), created_at)) FILTER (WHERE due_at <= now())), 0, 0
  FROM (SELECT due_at, created_at FROM ix_jobs WHERE due_at IS NOT NULL AND use_case IS NULL
         ORDER BY use_case COLLATE "C", due_at, job_id LIMIT $1::integer) AS nameless
 UNION ALL
SELECT use_case, queue, count(*) FILTER (WHERE waits IS NULL AND coalesce(run_at, created_at) <= now()),
       count(*) FILTER (WHERE waits OR coalesce(run_at, created_at) > now()),
       extract(epoch FROM min(coalesce(nullif(run_at, '-infinity'), created_at))
               FILTER (WHERE waits IS NULL AND coalesce(run_at, created_at) <= now())), 0, 0
  FROM ix_jobs
 WHERE job_id = ANY (ARRAY((SELECT job_id FROM ix_lines WHERE turn IS NULL AND asleep IS NULL LIMIT 20000)
                            UNION (SELECT job_id FROM ix_lines WHERE turn IS NOT NULL AND NOT held LIMIT 20000)
                            UNION (SELECT job_id FROM ix_lines WHERE asleep IS NOT NULL ORDER BY asleep LIMIT 20000)
                            UNION (SELECT job_id FROM ix_dependencies LIMIT 20000)
                            UNION (SELECT batch_id FROM ix_batches LIMIT 20000))) AND status = 'pending' COLLATE "C"
   AND (queue IS NOT NULL OR waits)
 GROUP BY use_case, queue
 UNION ALL
SELECT use_case, queue, 0, 0, NULL, 0, count(*)
  FROM ix_jobs
 WHERE job_id = ANY (ARRAY(SELECT job_id FROM ix_lines WHERE turn IS NULL AND asleep IS NULL LIMIT 20000)) AND status = 'pending' COLLATE "C"
   AND queue IS NOT NULL AND coalesce(run_at, created_at) <= now()
 GROUP BY use_case, queue
 UNION ALL
SELECT use_case, queue, 0, 0, NULL, count(*), 0
  FROM ix_jobs
 WHERE job_id = ANY (ARRAY(SELECT job_id FROM ix_running CROSS JOIN LATERAL unnest(job_ids) AS job_id LIMIT 20000))
   AND status = 'running' COLLATE "C" GROUP BY use_case, queue;

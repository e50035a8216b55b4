-- examine_unserved: counts the jobs of each use case that wait for a pipeline which no live daemon has, while daemons
-- run, with the age of the oldest job. Reads the pending rows; the use case with the longest wait comes first.
SELECT j.use_case, count(*) AS jobs, extract(epoch FROM now()) - extract(epoch FROM min(coalesce(nullif(j.run_at, '-infinity'), j.created_at))) AS seconds
  FROM (SELECT coalesce(use_case, request ->> 'use_case') AS use_case, run_at, created_at
          FROM ix_jobs WHERE due_at IS NOT NULL AND (run_at IS NULL OR run_at IS NOT NULL)) AS j
 WHERE EXISTS (SELECT 1 FROM ix_daemons WHERE lease_until > now())
   AND NOT EXISTS (SELECT 1 FROM ix_daemons w
                    WHERE w.lease_until > now() AND (w.serves IS NULL OR j.use_case = ANY (w.serves)))
 GROUP BY j.use_case ORDER BY seconds DESC NULLS LAST, j.use_case LIMIT 20;

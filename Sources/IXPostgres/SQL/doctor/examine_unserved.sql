-- examine_unserved: counts, by use case, the jobs without a pipeline on any live daemon, and returns the age of the
-- oldest. No row comes back while no daemon is alive.
-- The statement reads all pending rows; the use case that waits longest comes first.
SELECT j.use_case, count(*) AS jobs, extract(epoch FROM now() - min(coalesce(j.run_at, j.created_at))) AS seconds
  FROM (SELECT coalesce(use_case, request ->> 'use_case') AS use_case, run_at, created_at
          FROM ix_jobs WHERE status = 'pending') AS j
 WHERE EXISTS (SELECT 1 FROM ix_workers WHERE lease_until > now())
   AND NOT EXISTS (SELECT 1 FROM ix_workers w
                    WHERE w.lease_until > now() AND (w.serves IS NULL OR j.use_case = ANY (w.serves)))
 GROUP BY j.use_case ORDER BY seconds DESC NULLS LAST, j.use_case LIMIT 20;

-- read_unserved: returns jobs of the given use cases that have been due since ?2 and for which the daemon has no
-- pipeline. Index: ix_jobs_due_by_use_case.
-- ?1 use cases as a JSON array, ?2 the time before which a job must have been due, ?3 limit
SELECT job_id, ix_id, client_id, request_id, use_case, attempts, callback_url
  FROM ix_jobs
 WHERE status = 'pending' AND waits IS NULL AND use_case IN (SELECT value FROM json_each(?1)) AND coalesce(run_at, created_at) <= ?2
   AND NOT EXISTS (SELECT 1 FROM ix_daemons w
                    WHERE w.lease_until IS NULL
                      AND (w.serves IS NULL OR ix_jobs.use_case IN (SELECT value FROM json_each(w.serves))))
 LIMIT ?3;

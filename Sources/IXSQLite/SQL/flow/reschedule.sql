-- reschedule: gives a pending job another time or priority. A job that gets a priority stands in the line of its use case from
-- then on. Index: the primary key.
-- ?1 job_id, ?2 run_at or null, ?3 priority or null
UPDATE ix_jobs
   SET run_at = coalesce(?2, run_at), priority = coalesce(?3, priority),
       queue = CASE WHEN queue IS NULL AND ?3 <> 0 THEN use_case ELSE queue END
 WHERE job_id = ?1 AND status = 'pending'
RETURNING job_id;

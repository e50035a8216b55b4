-- find_members: returns members that have neither ended nor been asked to end, and ended ones that the finisher still waits for. Index:
-- the primary keys.
-- ?1 batch_id, ?2 limit
SELECT d.after_job, coalesce(j.status, 'error') IN ('done', 'error') AS is_ended
  FROM ix_dependencies d LEFT JOIN ix_jobs j ON j.job_id = d.after_job
 WHERE d.job_id = ?1 AND (j.status = 'running' AND j.cancel_requested_at IS NOT NULL) IS NOT TRUE
 ORDER BY d.after_job LIMIT ?2;

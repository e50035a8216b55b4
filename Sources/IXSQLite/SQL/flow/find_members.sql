-- find_members: returns members that have neither ended nor been asked to end. Index: the primary keys.
-- ?1 batch_id, ?2 limit
SELECT d.after_job FROM ix_dependencies d JOIN ix_jobs j ON j.job_id = d.after_job
 WHERE d.job_id = ?1 AND (j.status = 'pending' OR j.status = 'running' AND j.cancel_requested_at IS NULL)
 LIMIT ?2;

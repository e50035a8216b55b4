-- make_due: a suspect is due again when it was before.
-- ?1 job_id, ?2 its run_at
UPDATE ix_jobs SET run_at = ?2 WHERE job_id = ?1 AND status = 'pending';

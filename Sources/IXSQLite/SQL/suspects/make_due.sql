-- make_due: restores a suspect's former due time. The suspect was due before it ran, so a run_at in the future is
-- from before the clock stepped back, and becomes now.
-- ?1 job_id, ?2 the suspect's run_at, ?3 now
UPDATE ix_jobs SET run_at = CASE WHEN coalesce(?2, created_at) > ?3 THEN ?3 ELSE ?2 END
 WHERE job_id = ?1 AND status = 'pending';

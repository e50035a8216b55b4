-- make_due: a suspect is due again when it was before. It was due before it ran: a time ahead is one of before the clock stepped
-- back.
-- ?1 job_id, ?2 its run_at, ?3 now
UPDATE ix_jobs SET run_at = CASE WHEN coalesce(?2, created_at) > ?3 THEN ?3 ELSE ?2 END
 WHERE job_id = ?1 AND status = 'pending';

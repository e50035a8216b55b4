-- put_off: sets the run_at of waiting suspects an hour ahead, so that claims don't see their jobs. Should no daemon
-- release a suspect, the job is due by itself after the hour.
-- ?1 an hour from now, ?2 half an hour from now
UPDATE ix_jobs SET run_at = ?1
 WHERE status = 'pending' AND job_id IN (SELECT job_id FROM ix_suspects WHERE is_held)
   AND (run_at IS NULL OR run_at < ?2);

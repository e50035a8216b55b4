-- put_off: suspects wait for their turn: their rows say an hour ahead, so that claims don't see them, and they are due by
-- themselves should no daemon give them one.
-- ?1 an hour from now, ?2 half an hour from now
UPDATE ix_jobs SET run_at = ?1
 WHERE status = 'pending' AND job_id IN (SELECT job_id FROM ix_suspects WHERE is_held)
   AND (run_at IS NULL OR run_at < ?2);

-- add_suspect: makes a pending job a suspect that ran when its daemon died.
-- ?1 job_id, ?2 the number of suspects that may run at a time
INSERT INTO ix_suspects (job_id, width, run_at, attempts)
SELECT job_id, ?2, run_at, attempts FROM ix_jobs WHERE job_id = ?1 AND status = 'pending'
ON CONFLICT (job_id) DO UPDATE
   SET deaths = deaths + 1, run_at = excluded.run_at, attempts = excluded.attempts, is_held = 1;

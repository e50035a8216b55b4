-- note_started: counts a suspect that became due by itself as running.
UPDATE ix_suspects SET is_held = 0
 WHERE is_held AND EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = ix_suspects.job_id AND j.status = 'running');

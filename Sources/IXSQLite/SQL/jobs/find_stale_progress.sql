-- find_stale_progress: returns progress rows of runs which ended without removing them, because the daemon died or
-- lost the job.
-- ?1 limit
SELECT p.job_id, p.claim_id FROM ix_progress p
 WHERE NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = p.job_id AND j.status = 'running' AND j.claim_id = p.claim_id)
 LIMIT ?1;

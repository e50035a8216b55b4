-- forget_progress: deletes progress rows of runs which ended without removing them, because the daemon died or lost
-- the job.
-- The table holds a row per running job.
-- $1 limit
DELETE FROM ix_progress
 WHERE job_id IN (SELECT p.job_id FROM ix_progress p
                   WHERE NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = p.job_id
                                        AND j.status = 'running' COLLATE "C" AND j.claim_id = p.claim_id)
                   LIMIT $1::integer);

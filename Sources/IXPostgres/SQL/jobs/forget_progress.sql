-- forget_progress: what runs told that ended without removing it: their daemon had died, or lost the job.
-- The table has as many rows as jobs run.
-- $1 limit
DELETE FROM ix_progress
 WHERE job_id IN (SELECT p.job_id FROM ix_progress p
                   WHERE NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = p.job_id
                                        AND j.status = 'running' COLLATE "C" AND j.claim_id = p.claim_id)
                   LIMIT $1::integer);

-- is_suspect: returns a row when the job ran when a daemon died, and has not ended since.
-- ?1 job_id
SELECT 1 FROM ix_suspects WHERE job_id = ?1;

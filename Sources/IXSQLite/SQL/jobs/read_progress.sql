-- read_progress: returns the progress of the run that holds the job now.
-- ?1 job_id
SELECT p.fraction, p.message, p.log_tail, p.log_bytes, p.updated_at
  FROM ix_progress p JOIN ix_jobs j ON j.job_id = p.job_id AND j.status = 'running' AND j.claim_id = p.claim_id
 WHERE p.job_id = ?1;

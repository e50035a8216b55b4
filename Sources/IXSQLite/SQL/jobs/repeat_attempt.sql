-- repeat_attempt: counts a start that ran no program in the row of the start before, if the start before ran no program
-- either. The fence is the fence of the end. Index: the primary keys.
-- ?1 job_id, ?2 attempts, ?3 claim_id, ?4 outcome, ?5 exit_status, ?6 log_tail, ?7 now
UPDATE ix_attempts
   SET attempt = attempt + 1, claim_id = ?3, ended_at = ?7, exit_status = ?5, log_tail = ?6, starts = starts + 1,
       daemon_id = (SELECT j.daemon_id FROM ix_jobs j WHERE j.job_id = ?1)
 WHERE job_id = ?1 AND attempt = ?2 AND outcome = ?4
   AND EXISTS (SELECT 1 FROM ix_jobs j
                WHERE j.job_id = ?1 AND j.status = 'running' AND j.attempts = ?2 AND j.claim_id = ?3);
